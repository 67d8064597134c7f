import type * as pulumi from "@pulumi/pulumi";
import { secret, type EnvFor } from "../kit/env.ts";
import type { ApiArgs } from "./api.ts";
import type { ApiEnv } from "./app/env.ts";
import { ports } from "./identity.ts";

/** Seconds of red readiness before the port closes, and for open requests after that. */
const drainSeconds = 5;
const shutdownSeconds = 20;
export const graceSeconds = drainSeconds + shutdownSeconds + 10;

export interface ApiSecrets {
  readonly publicUrl: string;
  readonly workerAdminSecret: pulumi.Output<string>;
  readonly playbackSecret: pulumi.Output<string>;
}

export function apiEnv(args: ApiArgs, own: ApiSecrets) {
  const { database, broker, cache, objectStore } = args.dependencies;
  return {
    PORT: ports.http,
    WORKER_PORT: ports.worker,
    METRICS_PORT: ports.metrics,
    DATABASE_URL: secret(database.url),
    AMQP_URL: secret(broker.url),
    REDIS_URL: secret(cache.url),
    S3_ENDPOINT: objectStore.insideUrl,
    S3_PUBLIC_ENDPOINT: objectStore.publicUrl,
    S3_BUCKET: "framewright",
    S3_REGION: "us-east-1",
    S3_ACCESS_KEY_ID: secret(objectStore.accessKeyId),
    S3_SECRET_ACCESS_KEY: secret(objectStore.secretAccessKey),
    PUBLIC_URL: own.publicUrl,
    WORKER_ADMIN_SECRET: secret(own.workerAdminSecret),
    PLAYBACK_SECRET: secret(own.playbackSecret),
    LOG_LEVEL: args.logLevel,
    LEASE_SECONDS: args.leaseSeconds,
    HEARTBEAT_SECONDS: args.heartbeatSeconds,
    DATABASE_POOL_SIZE: args.databasePoolSize,
    DRAIN_SECONDS: drainSeconds,
    SHUTDOWN_SECONDS: shutdownSeconds,
  } satisfies EnvFor<ApiEnv>;
}
