import { AppError } from "../errors.ts";
import type { App } from "../app.ts";
import { SharedCounts, type SharedCountsOptions } from "./shared-counts.ts";

export interface RateLimitOptions extends SharedCountsOptions {
  /** Requests of one key in a minute, over all replicas. */
  readonly perMinute: number;
}

const windowMs = 60_000;

/** The limit is per key: it counts in `preHandler`, after the key check. */
export function limitRate(app: App, { perMinute, ...options }: RateLimitOptions): void {
  const counts = new SharedCounts(options);
  app.addHook("preHandler", (request, reply, done) => {
    const { current, ttl } = counts.add(request.caller?.keyId ?? request.ip, windowMs);
    const seconds = Math.ceil(ttl / 1000);
    void reply
      .header("x-ratelimit-limit", perMinute)
      .header("x-ratelimit-remaining", Math.max(0, perMinute - current))
      .header("x-ratelimit-reset", seconds);
    if (current <= perMinute) {
      done();
      return;
    }
    const refusal = `A caller may send ${perMinute} requests a minute; wait until Retry-After has passed`;
    done(new AppError("rate-limited", refusal, { retryAfterSeconds: seconds }));
  });
}
