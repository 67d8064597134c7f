import type { WebhookFailure } from "@framewright/contracts/webhook.ts";

const [minute, hour] = [60, 3600];

/** Seconds before the second attempt and those after it: ten attempts in a bit more than three days (Standard Webhooks 1.0). */
export const retrySeconds: readonly number[] = [
  5,
  5 * minute,
  30 * minute,
  2 * hour,
  5 * hour,
  10 * hour,
  14 * hour,
  20 * hour,
  24 * hour,
];

/** A receiver that asks for a longer pause than this waits as long; the next attempt then tells more. */
const longestRetryAfterSeconds = 24 * hour;
/** Each pause is so much longer or shorter, so that what failed together does not come back together. */
const jitterShare = 0.1;

/** What became of one request. */
export interface AttemptResult {
  /** Undefined: there was no answer. */
  readonly status?: number;
  readonly responseBody?: string;
  readonly retryAfterSeconds?: number;
  /** Undefined: delivered. */
  readonly error?: WebhookFailure;
  /** For our log alone: what a private name resolves to is nothing for clients. */
  readonly internal?: string;
}

export type Decision =
  | { readonly state: "succeeded" }
  | { readonly state: "pending"; readonly delaySeconds: number }
  /** @field isGone the receiver wants no more events at all */
  | { readonly state: "failed"; readonly isGone: boolean };

/**
 * What follows an attempt.
 * @param failures earlier attempts of the delivery that failed
 * @param random between 0 and 1
 */
export function decide(
  { error, retryAfterSeconds = 0 }: AttemptResult,
  failures: number,
  random: number,
): Decision {
  if (error === undefined) return { state: "succeeded" };
  if (error.code === "gone") return { state: "failed", isGone: true };
  const pause = retrySeconds[failures];
  if (pause === undefined) return { state: "failed", isGone: false };
  const jittered = pause * (1 - jitterShare + 2 * jitterShare * random);
  const asked = Math.min(retryAfterSeconds, longestRetryAfterSeconds);
  return { state: "pending", delaySeconds: Math.max(jittered, asked) };
}

/** Retry-After (RFC 9110, 10.2.3) in seconds from now, by number or by date; 0 where it says neither. */
export function parseRetryAfter(value: string | undefined, nowMs: number): number {
  if (value === undefined) return 0;
  if (/^\d{1,9}$/.test(value)) return Number(value);
  const at = Date.parse(value);
  return Number.isNaN(at) ? 0 : Math.max(0, Math.ceil((at - nowMs) / 1000));
}
