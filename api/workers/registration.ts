import { workerKeyKind } from "@framewright/contracts/api-key.ts";
import type { RegisterRequest, RegisterResponse } from "@framewright/contracts/worker-api.ts";
import type { Queryable } from "../backends/db.ts";
import { AppError } from "../errors.ts";
import { newId } from "../ids.ts";
import { afterCommit, type EngineContext } from "../jobs/context.ts";
import { lockedColumns, type LockedJob } from "../jobs/rows.ts";
import { endAttempt, type Settlement } from "../jobs/settle.ts";
import { digestOf, generateKey, prefixOf } from "../keys/keys.ts";

/**
 * How the caller showed that it may register. A ticket is that of the very worker of that name, which may replace itself
 * at any time; with the admin secret anybody may come, also a second worker that was given the same name by mistake.
 */
export type Proof = "ticket" | "admin-secret";

/** Workers report every 10 s, with a job or without. */
const aliveSeconds = 30;

interface Namesake {
  readonly id: string;
  readonly alive: boolean;
}

/** A worker that drains and has no job left has said that it ends. */
async function lockNamesake(client: Queryable, name: string): Promise<Namesake | undefined> {
  const { rows } = await client.query<Namesake>({
    name: "lock-namesake",
    text: `SELECT id, last_seen_at > now() - make_interval(secs => $2) AND (NOT draining OR EXISTS (
             SELECT 1 FROM jobs WHERE lease_owner = workers.id AND state = 'running')) AS alive
           FROM workers WHERE name = $1 FOR UPDATE`,
    values: [name, aliveSeconds],
  });
  return rows[0];
}

const replaced = {
  kind: "transient" as const,
  code: "worker-replaced",
  message: "The worker started again under its name, and what it was working on is lost",
};

/** Ends the identity: its key opens nothing any more, its name is free, and what it worked on is lost. */
async function endWorker(client: Queryable, workerId: string): Promise<Settlement[]> {
  const { rows } = await client.query<LockedJob>({
    name: "jobs-of-worker",
    text: `SELECT ${lockedColumns} FROM jobs WHERE lease_owner = $1 AND state = 'running'
           ORDER BY id FOR UPDATE`,
    values: [workerId],
  });
  const settlements: Settlement[] = [];
  for (const job of rows) {
    settlements.push(
      await endAttempt(client, job, { kind: "lost", outcome: "lost", error: replaced }),
    );
  }
  await client.query({
    name: "end-worker",
    text: `UPDATE workers SET name = name || '/' || id, ended_at = now(), draining = true,
             key_prefix = '', key_digest = sha256(gen_random_uuid()::text::bytea) WHERE id = $1`,
    values: [workerId],
  });
  return settlements;
}

async function insertWorker(
  client: Queryable,
  {
    workerName,
    accel,
    classes,
    encoders,
    version,
    inputs = ["upload"],
    features = [],
  }: RegisterRequest,
): Promise<RegisterResponse | undefined> {
  const apiKey = generateKey(workerKeyKind);
  const { rows } = await client.query<{ id: string }>({
    name: "insert-worker",
    text: `INSERT INTO workers (id, name, key_prefix, key_digest, accel, classes, encoders, version,
                                inputs, features)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (name) DO NOTHING RETURNING id`,
    values: [
      ...[newId(), workerName, prefixOf(workerKeyKind, apiKey), digestOf(apiKey)],
      ...[accel, classes, encoders, version, inputs, features],
    ],
  });
  return rows[0] && { workerId: rows[0].id, apiKey };
}

function taken(workerName: string): AppError {
  return new AppError(
    "worker-name-taken",
    `Worker ${workerName} is alive; stop it, or register under another name. Its name is free ${aliveSeconds} s after its last call`,
  );
}

/** Gives the worker an id and a key of its own, and ends what was registered under its name before. */
export async function registerWorker(
  context: EngineContext,
  request: RegisterRequest,
  proof: Proof,
): Promise<RegisterResponse> {
  const { registered, settlements } = await context.db.tx(async (client) => {
    const before = await lockNamesake(client, request.workerName);
    if (before?.alive === true && proof !== "ticket") throw taken(request.workerName);
    const ended = before === undefined ? [] : await endWorker(client, before.id);
    const made = await insertWorker(client, request);
    // Another one of that name was registered at this very moment.
    if (made === undefined) throw taken(request.workerName);
    return { registered: made, settlements: ended };
  });
  for (const { jobId, state, message } of settlements) {
    context.metrics.attemptsEnded.inc({ state });
    afterCommit(context, jobId, message);
  }
  return registered;
}
