import type { Server } from "node:http";
import type { Redis } from "ioredis";
import type { Logger } from "pino";
import { pause } from "@framewright/runtime/clock.ts";
import { createOpsServer, listen } from "@framewright/runtime/ops-server.ts";
import { runPhases } from "@framewright/runtime/shutdown.ts";
import { version } from "@framewright/runtime/version.ts";
import { openBroker, type Broker } from "./broker.ts";
import { keepBucket, type BucketKeeper } from "./bucket-keeper.ts";
import { buildClientApp } from "./client-app.ts";
import { createClientService } from "./client-service.ts";
import { openDb, type Db } from "./db.ts";
import type { ApiConfig } from "./env.ts";
import { createGauges } from "./gauges.ts";
import type { EngineContext } from "./jobs/context.ts";
import { createOutboxPublisher } from "./jobs/outbox.ts";
import { createRouter, readLoads } from "./jobs/routing.ts";
import { startSweeper, type Sweeper } from "./jobs/sweeper.ts";
import { createKeyStore } from "./key-store.ts";
import { createMetrics, type Metrics } from "./metrics.ts";
import { openRedis, redisNotifier, type Notifier } from "./notifier.ts";
import { openObjectStore, type ObjectStore } from "./object-store.ts";
import { createReadiness, type Readiness } from "./readiness.ts";
import { neededMigrations, requireSchema } from "./schema-version.ts";
import type { App } from "./server.ts";
import { buildWorkerApp } from "./worker-app.ts";
import { createWorkerService } from "./worker-service.ts";

interface Connections {
  readonly db: Db;
  readonly broker: Broker;
  readonly redis: Redis;
  readonly subscriber: Redis;
  readonly store: ObjectStore;
  readonly bucket: BucketKeeper;
  readonly notifier: Notifier;
}

/** Opens everything that has a socket. Nothing here waits for the other side: it may come later. */
async function connectAll(config: ApiConfig, log: Logger, metrics: Metrics): Promise<Connections> {
  const db = openDb({ database: config.database, poolSize: config.databasePoolSize, log });
  const broker = await openBroker(config.amqpUrl, log);
  const redis = openRedis(config.redisUrl, log, "commands");
  const subscriber = openRedis(config.redisUrl, log, "subscriber");
  const store = openObjectStore(config.s3);
  const bucket = keepBucket(store, log);
  const onError = () => {
    metrics.redisErrors.inc();
  };
  const notifier = redisNotifier({ publisher: redis, subscriber, onError });
  return { db, broker, redis, subscriber, store, bucket, notifier };
}

function readinessOf(connections: Connections, metrics: Metrics): Readiness {
  const { db, broker, redis, bucket } = connections;
  const needed = neededMigrations();
  const must = (ok: boolean, detail: string) =>
    ok ? Promise.resolve() : Promise.reject(new Error(detail));
  return createReadiness(
    {
      database: { required: true, probe: () => requireSchema(db, needed) },
      objectStore: { required: true, probe: () => bucket.check() },
      // Jobs are taken without the broker: the outbox keeps them.
      broker: { required: false, probe: () => must(broker.connected, "not connected") },
      redis: { required: false, probe: () => must(redis.status === "ready", redis.status) },
    },
    (dependency, ok) => {
      metrics.dependencyUp.set({ dependency }, ok ? 1 : 0);
    },
  );
}

export interface Running {
  readonly client: App;
  readonly worker: App;
  readonly ops: Server;
  readonly sweeper: Sweeper;
  /** In phases; gives open requests and streams their time. */
  stop(): Promise<void>;
}

interface Parts extends Omit<Running, "stop"> {
  readonly config: ApiConfig;
  readonly log: Logger;
  readonly connections: Connections;
  readonly context: EngineContext;
  readonly readiness: Readiness;
  readonly closing: AbortController;
}

function stopPhases(parts: Parts) {
  const { config, connections, context, closing, client, worker, ops } = parts;
  const { db, broker, redis, subscriber, store, bucket, notifier } = connections;
  const drainMs = config.drainSeconds * 1000;
  const closeServers = async () => {
    closing.abort();
    const limit = setTimeout(() => {
      client.server.closeAllConnections();
      worker.server.closeAllConnections();
    }, config.shutdownSeconds * 1000);
    await Promise.all([client.close(), worker.close()]);
    clearTimeout(limit);
  };
  return [
    {
      // Time for everybody who routes to us to see it.
      name: "readiness red",
      limitMs: drainMs + 1_000,
      run: () => {
        parts.readiness.drain();
        return pause(drainMs);
      },
    },
    { name: "requests", limitMs: (config.shutdownSeconds + 2) * 1000, run: closeServers },
    { name: "sweeper", limitMs: 8_000, run: () => parts.sweeper.stop() },
    { name: "messages", limitMs: 6_000, run: () => context.outbox.settled() },
    { name: "broker", limitMs: 2_000, run: () => broker.close() },
    { name: "bucket", limitMs: 1_000, run: () => bucket.stop() },
    { name: "database", limitMs: 5_000, run: () => db.close() },
    {
      name: "rest",
      limitMs: 1_000,
      run: () => {
        notifier.close();
        redis.disconnect();
        subscriber.disconnect();
        store.close();
        return new Promise((resolve) => {
          ops.close(resolve);
          ops.closeAllConnections();
        });
      },
    },
  ];
}

function probesOf(readiness: Readiness) {
  return {
    "/healthz": () => ({ status: 200, body: { status: "ok" } }),
    "/readyz": async () => {
      const report = await readiness.report();
      return { status: report.ready ? 200 : 503, body: report };
    },
  };
}

interface AppParts {
  readonly config: ApiConfig;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly connections: Connections;
  readonly context: EngineContext;
  readonly readiness: Readiness;
  readonly closing: AbortSignal;
}

async function buildApps(parts: AppParts): Promise<{ client: App; worker: App }> {
  const { config, log, metrics, connections, context, readiness, closing } = parts;
  const { db, redis, store, notifier } = connections;
  const client = await buildClientApp({
    deps: {
      service: createClientService(context, config),
      keys: createKeyStore(db),
      store,
      notifier,
      metrics,
      links: {
        publicUrl: config.publicUrl,
        secret: config.playbackSecret,
        ttlSeconds: config.playbackTtlSeconds,
      },
      closing,
    },
    log,
    readiness,
    redis,
    rateLimitPerMinute: config.rateLimitPerMinute,
    trustProxyHops: config.trustProxyHops,
    version,
  });
  const service = createWorkerService(context);
  const adminSecret = config.workerAdminSecret;
  const worker = await buildWorkerApp({
    deps: { service, notifier, adminSecret, closing },
    log,
    metrics,
  });
  return { client, worker };
}

/** Builds the whole API and listens on its three ports. */
export async function startApi(config: ApiConfig, log: Logger): Promise<Running> {
  const metrics = createMetrics();
  const connections = await connectAll(config, log, metrics);
  const { db, broker, store, notifier } = connections;
  const outbox = createOutboxPublisher({ db, broker, metrics, log });
  const { leaseSeconds, heartbeatSeconds } = config;
  const router = createRouter(() => readLoads(db), config.jobAccel);
  const times = { leaseSeconds, heartbeatSeconds };
  const context = { db, store, notifier, outbox, router, metrics, log, ...times };
  const readiness = readinessOf(connections, metrics);
  const closing = new AbortController();
  const apps = await buildApps({
    ...{ config, log, metrics, connections, context, readiness },
    closing: closing.signal,
  });
  const ops = createOpsServer({
    log,
    registry: metrics.registry,
    refresh: createGauges(db, metrics, log),
    routes: probesOf(readiness),
  });
  const needed = neededMigrations();
  const ready = async () => {
    await requireSchema(db, needed);
    return true;
  };
  const sweeper = startSweeper({ context, broker, ready });
  const parts = { ...apps, ops, sweeper, config, log, connections, context, readiness, closing };
  const stop = () => runPhases(stopPhases(parts), log);
  try {
    await listen(ops, config.metricsPort);
    await apps.client.listen({ port: config.port, host: "0.0.0.0" });
    await apps.worker.listen({ port: config.workerPort, host: "0.0.0.0" });
  } catch (error) {
    await stop();
    throw error;
  }
  return { ...apps, ops, sweeper, stop };
}
