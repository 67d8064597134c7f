import type { JsonObject } from "../../../../tools/plugins/kit/json.ts";
import { nameServer, storageClass, type Newborn } from "./objects.ts";

const driver = "pd.csi.storage.gke.io";
const anything: JsonObject = { type: "object", "x-kubernetes-preserve-unknown-fields": true };

/** Which pools a pod's node comes from, and in which order. */
const computeClasses: Newborn = {
  collection: "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
  object: {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: "computeclasses.cloud.google.com" },
    spec: {
      group: "cloud.google.com",
      scope: "Cluster",
      names: {
        kind: "ComputeClass",
        listKind: "ComputeClassList",
        plural: "computeclasses",
        singular: "computeclass",
        shortNames: ["cc"],
      },
      versions: [
        {
          name: "v1",
          served: true,
          storage: true,
          subresources: { status: {} },
          schema: {
            openAPIV3Schema: {
              type: "object",
              properties: { spec: anything, status: anything },
              required: ["spec"],
            },
          },
        },
      ],
    },
  },
};

function diskClass(name: string, type: string, isDefault: boolean): Newborn {
  const annotations = { "storageclass.kubernetes.io/is-default-class": String(isDefault) };
  const more = { metadata: { name, annotations }, allowVolumeExpansion: true };
  return storageClass(name, driver, { ...more, parameters: { type } });
}

/** What a GKE cluster has from birth, as far as the platform meets it. */
export const gkeBirth: readonly Newborn[] = [
  computeClasses,
  diskClass("standard-rwo", "pd-balanced", true),
  diskClass("premium-rwo", "pd-ssd", false),
  ...nameServer("kube-dns", 2),
];
