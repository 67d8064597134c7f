import * as gcp from "@pulumi/gcp";

/** Options of what is made in a project of Google Cloud. */
export const onGcp = {
  provider: new gcp.Provider("gcp", {
    project: "shop",
    region: "europe-west3",
    defaultLabels: { product: "shop" },
  }),
};

/** A bucket of Google Cloud that every rule accepts; `changes` replace its properties. */
export function gcsBucket(changes: Partial<gcp.storage.BucketArgs>): gcp.storage.Bucket {
  return new gcp.storage.Bucket(
    "cart",
    {
      location: "EUROPE-WEST3",
      publicAccessPrevention: "enforced",
      uniformBucketLevelAccess: true,
      versioning: { enabled: true },
      forceDestroy: false,
      ...changes,
    },
    onGcp,
  );
}
