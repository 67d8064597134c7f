import rateLimit from "@fastify/rate-limit";
import type { Redis } from "ioredis";
import { AppError } from "../errors.ts";
import type { App } from "../app.ts";

export interface RateLimitOptions {
  readonly redis: Redis | undefined;
  /** Requests of one key in a minute, over all replicas. */
  readonly perMinute: number;
}

/**
 * Counts in Redis, so that replicas share the figure. When Redis is away nobody is refused: a limit
 * protects the service, and turning everybody away would not.
 */
export async function limitRate(app: App, { redis, perMinute }: RateLimitOptions): Promise<void> {
  await app.register(rateLimit, {
    max: perMinute,
    timeWindow: 60_000,
    // After the key check, which runs onRequest: the limit is per key.
    hook: "preHandler",
    keyGenerator: (request) => request.caller?.keyId ?? request.ip,
    nameSpace: "framewright:rate:",
    skipOnError: true,
    ...(redis && { redis }),
    errorResponseBuilder: (_request, { max, ttl }) =>
      new AppError(
        "rate-limited",
        `A key may send ${max} requests a minute; wait until Retry-After has passed`,
        {
          retryAfterSeconds: Math.ceil(ttl / 1000),
        },
      ),
  });
}
