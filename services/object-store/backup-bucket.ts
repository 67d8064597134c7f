import type { BackupBucket } from "../../infra/cluster.ts";
import type { BackupRepository } from "../kit/backup-repository.ts";
import { secret } from "../kit/env.ts";
import { internet } from "../kit/network.ts";

/** Backups in a bucket of the cloud, whose addresses change and are not published. */
export function backupBucket({
  host,
  region,
  bucket,
  credentials,
}: BackupBucket): BackupRepository {
  return {
    endpoint: { blocks: [internet], port: 443 },
    host,
    port: 443,
    region,
    uriStyle: "host",
    bucket: secret(bucket),
    credentials,
  };
}
