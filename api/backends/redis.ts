import { readFileSync } from "node:fs";
import { Redis } from "ioredis";
import type { Logger } from "pino";

/** Where Redis is, and who vouches for it. */
export interface RedisAddress {
  /** With the scheme `rediss` by TLS. */
  readonly url: string;
  /** PEM file of the authorities that may sign its certificate. */
  readonly caFile: string | undefined;
}

/** Redis may be away: commands then fail at once instead of queueing up. */
export function openRedis({ url, caFile }: RedisAddress, log: Logger, role: string): Redis {
  const redis = new Redis(url, {
    ...(caFile !== undefined && { tls: { ca: readFileSync(caFile, "utf8") } }),
    connectionName: `framewright-api-${role}`,
    connectTimeout: 2_000,
    commandTimeout: 500,
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    retryStrategy: (tries) => Math.min(tries * 200, 3_000),
  });
  let down = false;
  redis.on("error", (error) => {
    if (!down) log.warn({ err: error, role }, "redis not reachable");
    down = true;
  });
  redis.on("ready", () => {
    if (down) log.info({ role }, "redis reachable again");
    down = false;
  });
  return redis;
}
