import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { stackTag } from "./names.ts";

/** The class that volumes are made of; known in every preview. */
export const storageClassName = "gp3";

export interface StorageClassArgs {
  readonly stack: string;
  /** Whether volumes outlive the claims that made them. */
  readonly retainVolumes: boolean;
}

/** Encrypted by the account's own key for EBS: a key of ours would be needed to read volumes that outlive us. */
export function storageClassSpec({ stack, retainVolumes }: StorageClassArgs) {
  return {
    metadata: {
      name: storageClassName,
      annotations: { "storageclass.kubernetes.io/is-default-class": "true" },
    },
    provisioner: "ebs.csi.aws.com",
    parameters: {
      type: "gp3",
      encrypted: "true",
      "csi.storage.k8s.io/fstype": "ext4",
      tagSpecification_1: `${stackTag}=${stack}`,
    },
    // A volume is of one zone: the pod's, which the scheduler chooses first.
    volumeBindingMode: "WaitForFirstConsumer",
    allowVolumeExpansion: true,
    reclaimPolicy: retainVolumes ? "Retain" : "Delete",
  };
}

/** The default class. EKS also makes a class `gp2`, which is no default since 1.30. */
export function defaultStorageClass(
  name: string,
  args: StorageClassArgs,
  opts: pulumi.CustomResourceOptions,
): k8s.storage.v1.StorageClass {
  return new k8s.storage.v1.StorageClass(name, storageClassSpec(args), opts);
}
