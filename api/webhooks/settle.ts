import type { DisabledReason } from "@framewright/contracts/webhook.ts";
import type { Db, Queryable } from "../backends/db.ts";
import type { Claimed } from "./claim.ts";
import { decide, type AttemptResult, type Decision } from "./schedule.ts";

export type Delivery = Pick<Claimed, "id" | "attempt" | "failures" | "endpointId">;

/** Longer than the longest pause between two attempts: failures further apart do not belong together. */
const sameOutageHours = 48;

/** Gives whether the attempt is still the current one. The delivery's row is locked first, as by who claims it. */
async function writeDelivery(
  client: Queryable,
  { id, attempt }: Delivery,
  decision: Decision,
  { error }: AttemptResult,
): Promise<boolean> {
  const delaySeconds = decision.state === "pending" ? decision.delaySeconds : 0;
  const { rowCount } = await client.query({
    name: "settle-webhook-delivery",
    text: `UPDATE webhook_deliveries SET state = $3, leased_until = NULL, last_error = $5,
             failures = failures + ($3 <> 'succeeded')::int,
             next_attempt_at = now() + make_interval(secs => $4),
             ended_at = CASE WHEN $3 = 'pending' THEN NULL ELSE now() END
           WHERE id = $1 AND attempts = $2`,
    values: [id, attempt, decision.state, delaySeconds, error ?? null],
  });
  return rowCount === 1;
}

async function writeAttempt(
  client: Queryable,
  { id, attempt }: Delivery,
  { status, responseBody, error }: AttemptResult,
): Promise<void> {
  await client.query({
    name: "settle-webhook-attempt",
    text: `UPDATE webhook_attempts SET finished_at = now(), status = $3, response_body = $4, error = $5
           WHERE delivery_id = $1 AND number = $2`,
    values: [id, attempt, status ?? null, responseBody ?? null, error ?? null],
  });
}

async function noteSuccess(client: Queryable, endpointId: string): Promise<void> {
  await client.query({
    name: "webhook-endpoint-works",
    text: `UPDATE webhook_endpoints SET failing_since = NULL, last_failure_at = NULL
           WHERE id = $1 AND failing_since IS NOT NULL`,
    values: [endpointId],
  });
}

async function noteFailure(client: Queryable, endpointId: string): Promise<void> {
  await client.query({
    name: "webhook-endpoint-fails",
    text: `UPDATE webhook_endpoints SET last_failure_at = now(), failing_since =
             CASE WHEN last_failure_at >= now() - make_interval(hours => $2)
                  THEN failing_since ELSE now() END
           WHERE id = $1`,
    values: [endpointId, sameOutageHours],
  });
}

async function disable(
  client: Queryable,
  endpointId: string,
  reason: DisabledReason,
  failingDays: number,
): Promise<boolean> {
  const { rowCount } = await client.query({
    name: "disable-webhook-endpoint",
    text: `UPDATE webhook_endpoints SET disabled_at = now(), disabled_reason = $2
           WHERE id = $1 AND disabled_at IS NULL
             AND failing_since <= now() - make_interval(days => $3)`,
    values: [endpointId, reason, failingDays],
  });
  return rowCount === 1;
}

export interface Settled {
  /** Undefined: the lease had run out, and another attempt has begun. */
  readonly state: Decision["state"] | undefined;
  /** Why the endpoint gets no more, from now on. */
  readonly disabled?: DisabledReason;
}

/** Writes what became of an attempt: the delivery, its log and what is known of the endpoint, in one transaction. */
export function settle(
  db: Db,
  delivery: Delivery,
  result: AttemptResult,
  disableDays: number,
): Promise<Settled> {
  const decision = decide(result, delivery.failures, Math.random());
  return db.tx(async (client) => {
    if (!(await writeDelivery(client, delivery, decision, result))) return { state: undefined };
    await writeAttempt(client, delivery, result);
    const { state } = decision;
    if (state === "succeeded") {
      await noteSuccess(client, delivery.endpointId);
      return { state };
    }
    await noteFailure(client, delivery.endpointId);
    const [reason, days] =
      state === "failed" && decision.isGone
        ? (["gone", 0] as const)
        : (["failing", disableDays] as const);
    const isDisabled = await disable(client, delivery.endpointId, reason, days);
    return { state, ...(isDisabled && { disabled: reason }) };
  });
}
