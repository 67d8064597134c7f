import type * as pulumi from "@pulumi/pulumi";
import { backupServiceAccounts, namespaces, type BackupBucket as Bucket } from "../cluster.ts";
import { BackupBucket, backupRights } from "./bucket.ts";
import type { Place } from "./names.ts";
import { identityAgent, PodIdentity } from "./pod-identity.ts";

export interface BackupStorageArgs {
  readonly place: Place;
  readonly clusterName: pulumi.Input<string>;
  readonly deletionProtection: boolean;
}

/** The bucket of the database's backups, and what each of the pods may do there that reach it. */
export function backupStorage(
  { place, clusterName, deletionProtection }: BackupStorageArgs,
  opts: pulumi.ComponentResourceOptions,
): { readonly bucket: Bucket; readonly identities: readonly pulumi.Resource[] } {
  const { bucket } = new BackupBucket("backups", { deletionProtection }, opts);
  const identities = Object.entries(backupServiceAccounts).map(
    ([name, may]) =>
      new PodIdentity(
        `${name}-identity`,
        {
          place,
          clusterName,
          account: { namespace: namespaces.data, name },
          description: `${name} of ${place.cluster}`,
          policy: bucket.arn.apply((arn) => backupRights(arn, may)),
        },
        opts,
      ),
  );
  return {
    bucket: {
      host: `s3.${place.region}.${place.domain}`,
      region: place.region,
      bucket: bucket.bucket,
      credentials: { kind: "pod-identity", agent: identityAgent },
    },
    identities,
  };
}
