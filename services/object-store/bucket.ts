import type { ObjectStorage, SecretStore } from "../../infra/cluster.ts";
import { secret } from "../kit/pods/env.ts";
import type { MediaStore } from "../kit/backends/media-store.ts";
import { internet } from "../kit/network/network.ts";
import { credentialsOf } from "../kit/backends/store-credentials.ts";

/**
 * A bucket of the cloud. Its addresses change and are not published, so pods may open
 * HTTPS to the internet, and to no private network.
 */
export function bucketStore(
  storage: Extract<ObjectStorage, { kind: "bucket" }>,
  secretStore: SecretStore | undefined,
): MediaStore {
  const { endpoint, region, writeOnce, bucket, credentials } = storage;
  return {
    endpoint: { blocks: [internet], port: 443 },
    insideUrl: endpoint,
    publicUrl: endpoint,
    region,
    writeOnce,
    // Known only when the bucket is made; through the Secret the pod's own spec stays plain text.
    bucket: secret(bucket),
    credentials: credentialsOf("media-bucket", credentials, secretStore),
  };
}
