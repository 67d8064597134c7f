import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { stackLabel, type Place } from "./names.ts";

/** The class that volumes are made of; known in every preview. */
export const storageClassName = "framewright-ssd";

export interface StorageClassArgs {
  readonly place: Place;
  /** Whether volumes outlive the claims that made them. */
  readonly retainVolumes: boolean;
}

/**
 * GKE's own "premium-rwo" with three differences: the disks carry the stack's label, volumes are retained where
 * the config says so, and it survives a hand on GKE's. Not the default class: GKE has one. Disks are encrypted by
 * Google's keys: a key of ours would be needed to read volumes that outlive us.
 */
function storageClassSpec({ place, retainVolumes }: StorageClassArgs) {
  return {
    metadata: { name: storageClassName },
    provisioner: "pd.csi.storage.gke.io",
    parameters: { type: "pd-ssd", labels: `${stackLabel}=${place.stack}` },
    // A disk is of one zone: the pod's, which the scheduler chooses first.
    volumeBindingMode: "WaitForFirstConsumer",
    allowVolumeExpansion: true,
    reclaimPolicy: retainVolumes ? "Retain" : "Delete",
  };
}

export function storageClass(
  name: string,
  args: StorageClassArgs,
  opts: pulumi.CustomResourceOptions,
): k8s.storage.v1.StorageClass {
  return new k8s.storage.v1.StorageClass(name, storageClassSpec(args), opts);
}
