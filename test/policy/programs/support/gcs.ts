import * as gcp from "@pulumi/gcp";
import { onGcp } from "./gcp.ts";

/** A bucket of Google Cloud that every rule accepts; `changes` replace its properties. */
export function gcsBucket(changes: Partial<gcp.storage.BucketArgs>): void {
  new gcp.storage.Bucket(
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
