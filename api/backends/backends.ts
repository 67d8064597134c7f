import type { Redis } from "ioredis";
import type { Logger } from "pino";
import type { ApiConfig } from "../env.ts";
import type { Metrics } from "../metrics.ts";
import type { ProbeRow } from "../readiness.ts";
import { openBroker, type Broker } from "./broker.ts";
import { keepBucket, type BucketKeeper } from "./bucket-keeper.ts";
import { openDb, type Db } from "./db.ts";
import { redisNotifier, type Notifier } from "./notifier.ts";
import { openInputBuckets, type InputBuckets } from "./input-buckets.ts";
import type { ObjectStore } from "./object-store.ts";
import { openObjectStore } from "./s3-object-store.ts";
import { openRedis } from "./redis.ts";
import { createSchemaCheck } from "./schema-version.ts";

/** Everything that the API has a connection to. */
export interface Backends {
  readonly db: Db;
  readonly checkSchema: () => Promise<void>;
  readonly broker: Broker;
  readonly redis: Redis;
  readonly subscriber: Redis;
  readonly store: ObjectStore;
  readonly bucket: BucketKeeper;
  readonly inputBuckets: InputBuckets;
  readonly notifier: Notifier;
}

/** Waits for none of them: each may become reachable later. */
export async function openBackends(
  config: ApiConfig,
  log: Logger,
  metrics: Metrics,
): Promise<Backends> {
  const db = openDb({
    database: config.database,
    poolSize: config.databasePoolSize,
    ...{ log, metrics: metrics.database },
  });
  const broker = await openBroker(config.broker, log);
  const redis = openRedis(config.redis, log, "commands");
  const subscriber = openRedis(config.redis, log, "subscriber");
  const store = openObjectStore(config.s3, metrics);
  const bucket = keepBucket(store, log);
  const inputBuckets = openInputBuckets(config.inputBuckets, metrics);
  const onError = () => {
    metrics.redisErrors.inc();
  };
  const notifier = redisNotifier({ publisher: redis, subscriber, onError });
  return {
    ...{ db, broker, redis, subscriber, store, bucket, inputBuckets, notifier },
    checkSchema: createSchemaCheck(db),
  };
}

function expectReady(ok: boolean, detail: string): Promise<void> {
  return ok ? Promise.resolve() : Promise.reject(new Error(detail));
}

export function backendProbes(backends: Backends) {
  const { checkSchema, broker, redis, bucket } = backends;
  return {
    database: { required: true, probe: checkSchema },
    objectStore: { required: true, probe: () => bucket.check() },
    // Jobs are accepted without the broker: the outbox keeps them.
    broker: { required: false, probe: () => expectReady(broker.connected, "not connected") },
    redis: { required: false, probe: () => expectReady(redis.status === "ready", redis.status) },
  } satisfies Record<string, ProbeRow>;
}
