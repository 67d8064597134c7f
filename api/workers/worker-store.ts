import { timingSafeEqual } from "node:crypto";
import { workerKeyKind } from "@framewright/contracts/api-key.ts";
import type { JobClass } from "@framewright/contracts/job.ts";
import type { InputKind } from "@framewright/contracts/job-input.ts";
import type { KeyResponse, StoreSide, WorkerOrders } from "@framewright/contracts/worker-api.ts";
import type { Queryable } from "../backends/db.ts";
import { AppError } from "../errors.ts";
import type { Claimant } from "../jobs/claim.ts";
import { digestOf, generateKey, prefixOf } from "../keys/keys.ts";

interface WorkerKeyRow {
  readonly id: string;
  readonly name: string;
  readonly classes: JobClass[];
  readonly inputs: InputKind[];
  readonly features: string[];
  readonly store: StoreSide;
  readonly version: string;
  readonly revoked_at: Date | null;
  readonly key_digest: Buffer;
  readonly next_key_digest: Buffer | null;
  readonly previous_key_digest: Buffer | null;
}

export function revoked(workerName: string, at: Date): AppError {
  return new AppError(
    "worker-revoked",
    `Worker ${workerName} was revoked at ${at.toISOString()}; only a new token registers this name again`,
  );
}

const noteSeen = {
  name: "worker-seen",
  text: "UPDATE workers SET last_seen_at = now() WHERE id = $1",
};
/** The first use of the next key: the one before is good for calls that are under way. */
const promoteKey = {
  name: "promote-worker-key",
  text: `UPDATE workers SET last_seen_at = now(),
           previous_key_prefix = key_prefix, previous_key_digest = key_digest,
           previous_key_until = now() + interval '1 minute',
           key_prefix = next_key_prefix, key_digest = next_key_digest,
           next_key_prefix = NULL, next_key_digest = NULL
         WHERE id = $1 AND next_key_digest IS NOT NULL`,
};

/** Finds the worker and notes when it last called. Throws for one that was revoked. */
export async function findWorker(
  db: Queryable,
  key: string,
  digest: Buffer,
): Promise<Claimant | undefined> {
  const { rows } = await db.query<WorkerKeyRow>({
    name: "worker-by-prefix",
    text: `SELECT id, name, classes, inputs, features, store, version, revoked_at, key_digest, next_key_digest,
             CASE WHEN previous_key_until > now() OR revoked_at IS NOT NULL
                  THEN previous_key_digest END AS previous_key_digest
           FROM workers WHERE key_prefix = $1 OR next_key_prefix = $1 OR previous_key_prefix = $1`,
    values: [prefixOf(workerKeyKind, key)],
  });
  const is = (candidate: Buffer | null | undefined): boolean =>
    candidate !== null && candidate !== undefined && timingSafeEqual(candidate, digest);
  const row = rows.find(
    (one) => is(one.key_digest) || is(one.next_key_digest) || is(one.previous_key_digest),
  );
  if (!row) return undefined;
  if (row.revoked_at) throw revoked(row.name, row.revoked_at);
  await db.query({ ...(is(row.next_key_digest) ? promoteKey : noteSeen), values: [row.id] });
  const { id: workerId, name: workerName, classes, inputs, features, store, version } = row;
  return { workerId, workerName, classes, inputs, features, store, version };
}

/** Gives the worker a key beside the one that it has; one that it got before and never used is good for nothing. */
export async function addKey(db: Queryable, workerId: string): Promise<KeyResponse> {
  const apiKey = generateKey(workerKeyKind);
  await db.query({
    name: "add-worker-key",
    text: "UPDATE workers SET next_key_prefix = $2, next_key_digest = $3 WHERE id = $1",
    values: [workerId, prefixOf(workerKeyKind, apiKey), digestOf(apiKey)],
  });
  return { apiKey };
}

interface OrdersRow {
  readonly name: string;
  readonly drain: boolean;
  readonly revoked_at: Date | null;
}

function ordersOf([row]: readonly OrdersRow[]): WorkerOrders {
  if (row?.revoked_at) throw revoked(row.name, row.revoked_at);
  return { drain: row?.drain ?? false };
}

const orders = "name, drain_requested_at IS NOT NULL AS drain, revoked_at";

/** Throws for a worker that was revoked, which another replica may remember as a good one. */
export async function noteAlive(
  db: Queryable,
  workerId: string,
  draining: boolean,
): Promise<WorkerOrders> {
  const { rows } = await db.query<OrdersRow>({
    name: "worker-idle",
    text: `UPDATE workers SET draining = $2 OR drain_requested_at IS NOT NULL OR revoked_at IS NOT NULL,
             last_seen_at = now() WHERE id = $1 RETURNING ${orders}`,
    values: [workerId, draining],
  });
  return ordersOf(rows);
}

export async function readOrders(db: Queryable, workerId: string): Promise<WorkerOrders> {
  const { rows } = await db.query<OrdersRow>({
    name: "worker-orders",
    text: `SELECT ${orders} FROM workers WHERE id = $1`,
    values: [workerId],
  });
  return ordersOf(rows);
}
