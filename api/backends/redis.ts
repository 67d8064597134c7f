import { Redis } from "ioredis";
import type { Logger } from "pino";

/** Redis may be away: commands then fail at once instead of queueing up. */
export function openRedis(url: string, log: Logger, role: string): Redis {
  const redis = new Redis(url, {
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
