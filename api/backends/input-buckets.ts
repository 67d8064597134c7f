import type { InputBucket } from "@framewright/contracts/input-bucket.ts";
import type { StoreMetrics } from "../backend-metrics.ts";
import type { ObjectStore } from "./object-store.ts";
import { openObjectStore } from "./s3-object-store.ts";

/** A bucket of the operator's, from which jobs may take files. */
export interface OpenInputBucket {
  readonly settings: Pick<InputBucket, "name" | "prefixes" | "projects">;
  readonly store: Pick<ObjectStore, "sizeOf" | "presignGet" | "close">;
}

/** By the name that jobs give. */
export type InputBuckets = ReadonlyMap<string, OpenInputBucket>;

export function openInputBuckets(
  buckets: readonly InputBucket[],
  metrics: StoreMetrics,
): InputBuckets {
  return new Map(
    buckets.map(({ accessKeyId, secretAccessKey, endpoint, region, bucket, ...settings }) => [
      settings.name,
      {
        settings,
        store: openObjectStore(
          {
            ...{ endpoint, publicEndpoint: endpoint, bucket, region },
            ...{ writeOnce: "if-none-match", keys: { accessKeyId, secretAccessKey } },
          },
          metrics,
        ),
      },
    ]),
  );
}

/** Whether jobs of the project may use it. */
export function isOpenTo({ settings }: OpenInputBucket, projectId: string): boolean {
  return settings.projects === undefined || settings.projects.includes(projectId);
}

/** A store that keeps files in folders may follow such a segment out of the prefix. */
const isPlain = (segment: string) => !["", ".", ".."].includes(segment);

/** Whether the key lies under one of the prefixes, however a store reads it. */
export function isWithin({ settings }: OpenInputBucket, key: string): boolean {
  if (key.includes("\\") || !key.split("/").every(isPlain)) return false;
  return settings.prefixes.some((prefix) => key.startsWith(prefix));
}
