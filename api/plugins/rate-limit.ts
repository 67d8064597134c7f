import rateLimit from "@fastify/rate-limit";
import { AppError } from "../errors.ts";
import type { App } from "../app.ts";
import { SharedCounts, type SharedCountsOptions } from "./shared-counts.ts";

export interface RateLimitOptions extends SharedCountsOptions {
  /** Requests of one key in a minute, over all replicas. */
  readonly perMinute: number;
}

export async function limitRate(
  app: App,
  { perMinute, ...options }: RateLimitOptions,
): Promise<void> {
  const counts = new SharedCounts(options);
  class Store {
    incr(
      caller: string,
      done: (error: Error | null, result: { current: number; ttl: number }) => void,
      windowMs: number,
    ): void {
      done(null, counts.add(caller, windowMs));
    }
    child(): this {
      return this;
    }
  }
  await app.register(rateLimit, {
    max: perMinute,
    timeWindow: 60_000,
    // After the key check, which runs onRequest: the limit is per key.
    hook: "preHandler",
    keyGenerator: (request) => request.caller?.keyId ?? request.ip,
    store: Store,
    errorResponseBuilder: (_request, { max, ttl }) =>
      new AppError(
        "rate-limited",
        `A caller may send ${max} requests a minute; wait until Retry-After has passed`,
        {
          retryAfterSeconds: Math.ceil(ttl / 1000),
        },
      ),
  });
}
