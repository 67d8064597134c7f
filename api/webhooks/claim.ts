import type { Db, Queryable } from "../backends/db.ts";

/** A delivery that this sender has for the time of its lease. */
export interface Claimed {
  readonly id: string;
  readonly type: string;
  readonly body: string;
  /** Number of this attempt; what it writes carries it, and a later attempt makes it void. */
  readonly attempt: number;
  readonly failures: number;
  readonly endpointId: string;
  readonly url: string;
  readonly secret: Buffer;
  /** While it is valid. */
  readonly previousSecret: Buffer | null;
  /** Of the submission of the job that it is about, if that is recorded. */
  readonly traceparent: string | null;
}

export interface ClaimLimits {
  /** Of all senders together. */
  readonly perEndpoint: number;
  readonly leaseSeconds: number;
}

interface ClaimedRow {
  readonly id: string;
  readonly type: string;
  readonly body: string;
  readonly attempts: number;
  readonly failures: number;
  readonly endpoint_id: string;
  readonly url: string;
  readonly secret: Buffer;
  readonly previous_secret: Buffer | null;
  readonly traceparent: string | null;
}

const due = `d.state = 'pending' AND d.next_attempt_at <= now()
  AND (d.leased_until IS NULL OR d.leased_until < now())`;

/** Endpoints that have something due, locked against other senders: so all of them together keep an endpoint's limit. */
async function lockReady(client: Queryable, limit: number): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>({
    name: "lock-webhook-endpoints",
    text: `SELECT e.id FROM webhook_endpoints e
           WHERE e.disabled_at IS NULL
             AND EXISTS (SELECT 1 FROM webhook_deliveries d WHERE d.endpoint_id = e.id AND ${due})
           ORDER BY random() LIMIT $1 FOR NO KEY UPDATE OF e SKIP LOCKED`,
    values: [limit],
  });
  return rows.map(({ id }) => id);
}

const unfinished = {
  code: "sender-stopped",
  message: "The sender stopped before the attempt ended; whether the receiver got it is unknown",
};

/** A statement of its own, which sees what other senders had under way when the lock was got. */
const claimText = `
  WITH ready AS (
    SELECT e.id, CASE WHEN e.failing_since IS NULL THEN $2::int ELSE 1 END
      - (SELECT count(*) FROM webhook_deliveries l
         WHERE l.endpoint_id = e.id AND l.leased_until > now()) AS room
    FROM webhook_endpoints e WHERE e.id = ANY($1)),
  taken AS (
    SELECT one.id FROM ready CROSS JOIN LATERAL (
      SELECT d.id FROM webhook_deliveries d WHERE d.endpoint_id = ready.id AND ${due}
      ORDER BY d.next_attempt_at, d.id LIMIT greatest(ready.room, 0) FOR UPDATE SKIP LOCKED) AS one
    LIMIT $3),
  claimed AS (
    UPDATE webhook_deliveries d
    SET attempts = attempts + 1, leased_until = now() + make_interval(secs => $4)
    FROM taken WHERE d.id = taken.id
    RETURNING d.id, d.type, d.body, d.attempts, d.failures, d.endpoint_id, d.job_id),
  lost AS (
    UPDATE webhook_attempts a SET finished_at = now(), error = $5
    FROM taken WHERE a.delivery_id = taken.id AND a.finished_at IS NULL),
  begun AS (
    INSERT INTO webhook_attempts (delivery_id, number) SELECT id, attempts FROM claimed)
  SELECT c.id, c.type, c.body, c.attempts, c.failures, c.endpoint_id, e.url, e.secret,
    (SELECT j.traceparent FROM jobs j WHERE j.id = c.job_id) AS traceparent,
    CASE WHEN e.previous_secret_until > now() THEN e.previous_secret END AS previous_secret
  FROM claimed c JOIN webhook_endpoints e ON e.id = c.endpoint_id`;

/** Takes deliveries that are due, at most so many. Endpoints are taken in random order: none waits behind another. */
export async function claimDue(
  db: Db,
  limit: number,
  { perEndpoint, leaseSeconds }: ClaimLimits,
): Promise<Claimed[]> {
  return db.tx(async (client) => {
    const endpoints = await lockReady(client, limit);
    if (endpoints.length === 0) return [];
    const { rows } = await client.query<ClaimedRow>({
      name: "claim-webhook-deliveries",
      text: claimText,
      values: [endpoints, perEndpoint, limit, leaseSeconds, unfinished],
    });
    return rows.map(({ attempts, endpoint_id: endpointId, previous_secret: previous, ...row }) => ({
      ...row,
      attempt: attempts,
      endpointId,
      previousSecret: previous,
    }));
  });
}
