import type { BackupBucket, SecretStore } from "../../infra/cluster.ts";
import type { BackupRepository } from "../kit/backends/backup-repository.ts";
import { secret } from "../kit/pods/env.ts";
import { internet } from "../kit/network/network.ts";
import { credentialsOf } from "../kit/backends/store-credentials.ts";

/** Backups in a bucket of the cloud, whose addresses change and are not published. */
export function backupBucket(
  { host, region, bucket, credentials }: BackupBucket,
  secretStore: SecretStore | undefined,
): BackupRepository {
  return {
    endpoint: { blocks: [internet], port: 443 },
    host,
    port: 443,
    region,
    uriStyle: "host",
    bucket: secret(bucket),
    credentials: credentialsOf("backup-bucket", credentials, secretStore),
  };
}
