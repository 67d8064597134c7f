import type { ObjectStorage } from "../../infra/cluster.ts";
import { secret } from "../kit/env.ts";
import type { MediaStore } from "../kit/media-store.ts";
import { internet } from "../kit/network.ts";

/**
 * A bucket of the cloud. Its addresses change and are not published, so pods may open
 * HTTPS to the internet, and to no private network.
 */
export function bucketStore(storage: Extract<ObjectStorage, { kind: "bucket" }>): MediaStore {
  const { endpoint, region, writeOnce, bucket, credentials } = storage;
  return {
    endpoint: { blocks: [internet], port: 443 },
    insideUrl: endpoint,
    publicUrl: endpoint,
    region,
    writeOnce,
    // Known only when the bucket is made; through the Secret the pod's own spec stays plain text.
    bucket: secret(bucket),
    credentials,
  };
}
