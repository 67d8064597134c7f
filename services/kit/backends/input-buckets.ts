import type * as pulumi from "@pulumi/pulumi";
import type { InputBucketList } from "../../../config/schema.ts";
import type { SecretStore } from "../../../infra/cluster.ts";
import type { App } from "../app.ts";
import { secret } from "../pods/env.ts";
import { internet, openWay, portOf } from "../network/network.ts";
import { withStored } from "../secrets/stored-leaves.ts";

/** The variable by which the API knows the buckets and has their keys; workers have neither. */
export function inputBucketsEnv(buckets: InputBucketList, store: SecretStore | undefined) {
  if (buckets.length === 0) return {};
  // Ranges are for the network policies; the API knows no such field.
  const own = buckets.map((bucket) => ({ ...bucket, ranges: undefined }));
  return { INPUT_BUCKETS: secret(withStored(JSON.stringify(own), store)) };
}

/** To where the buckets are: on their ports alone, and to private addresses only where config has them. */
export function openToInputBuckets(
  name: string,
  { from, buckets }: { readonly from: App; readonly buckets: InputBucketList },
  parent: pulumi.Resource,
): void {
  const byPort = Map.groupBy(buckets, ({ endpoint }) => portOf(endpoint));
  for (const [port, some] of byPort) {
    const ranges = [...new Set(some.flatMap((bucket) => bucket.ranges ?? []))];
    const isPublic = some.some(
      (bucket) => bucket.ranges === undefined || bucket.ranges.length === 0,
    );
    const blocks = [
      ...(isPublic ? [internet] : []),
      ...ranges.map((cidr) => ({ cidr, except: [] })),
    ];
    openWay(`${name}-to-input-buckets-${port}`, { from, to: { blocks, port } }, { parent });
  }
}
