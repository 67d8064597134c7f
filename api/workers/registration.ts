import { workerKeyKind } from "@framewright/contracts/api-key.ts";
import type { RegisterRequest, RegisterResponse } from "@framewright/contracts/worker-api.ts";
import type { Queryable } from "../backends/db.ts";
import { AppError, refusedFields } from "../errors.ts";
import { newId } from "../ids.ts";
import type { Claimant } from "../jobs/claim.ts";
import type { EngineContext } from "../jobs/context.ts";
import type { Settlement } from "../jobs/settle.ts";
import { digestOf, generateKey, prefixOf } from "../keys/keys.ts";
import { afterEnds, endAttempts } from "../jobs/end-attempts.ts";
import { requireVersion } from "./version-gate.ts";
import { revoked } from "./worker-store.ts";
import { useToken, type TokenProof } from "./worker-tokens.ts";

/**
 * How the caller showed that it may register. A ticket is that of the very worker of that name, which may replace itself
 * at any time; with the admin secret or a token anybody may come, also a second worker that was given the same name by mistake.
 */
export type Proof = "ticket" | "admin-secret" | TokenProof;

/** Workers report every 10 s, with a job or without. */
const aliveSeconds = 30;

interface Namesake {
  readonly id: string;
  readonly alive: boolean;
  readonly revoked_at: Date | null;
}

/** A worker that drains and has no job left has said that it ends. */
async function lockNamesake(client: Queryable, name: string): Promise<Namesake | undefined> {
  const { rows } = await client.query<Namesake>({
    name: "lock-namesake",
    text: `SELECT id, revoked_at, last_seen_at > now() - make_interval(secs => $2) AND (NOT draining OR EXISTS (
             SELECT 1 FROM jobs WHERE lease_owner = workers.id AND state = 'running')) AS alive
           FROM workers WHERE name = $1 FOR UPDATE`,
    values: [name, aliveSeconds],
  });
  return rows[0];
}

const replaced = {
  kind: "lost" as const,
  outcome: "lost" as const,
  error: {
    kind: "transient" as const,
    code: "worker-replaced",
    message: "The worker started again under its name, and what it was working on is lost",
  },
};

/** Ends the identity: its keys open nothing any more, its name is free, and what it worked on is lost. */
async function endWorker(client: Queryable, workerId: string): Promise<Settlement[]> {
  const settlements = await endAttempts(client, workerId, replaced);
  await client.query({
    name: "end-worker",
    text: `UPDATE workers SET name = name || '/' || id, ended_at = now(), draining = true,
             key_prefix = '', key_digest = sha256(gen_random_uuid()::text::bytea),
             next_key_prefix = NULL, next_key_digest = NULL,
             previous_key_prefix = NULL, previous_key_digest = NULL WHERE id = $1`,
    values: [workerId],
  });
  return settlements;
}

async function insertWorker(
  client: Queryable,
  request: RegisterRequest,
): Promise<RegisterResponse | undefined> {
  const { workerName, accel, classes, encoders, version } = request;
  const { inputs = ["upload"], store = "inside", features = [] } = request;
  const apiKey = generateKey(workerKeyKind);
  const { rows } = await client.query<{ id: string }>({
    name: "insert-worker",
    text: `INSERT INTO workers (id, name, key_prefix, key_digest, accel, classes, encoders, version,
                                inputs, store, features)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (name) DO NOTHING RETURNING id`,
    values: [
      ...[newId(), workerName, prefixOf(workerKeyKind, apiKey), digestOf(apiKey)],
      ...[accel, classes, encoders, version, inputs, store, features],
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

function requireFree(before: Namesake | undefined, workerName: string, proof: Proof): void {
  // Whoever was revoked has its ticket still; a token says that the administrator wants the worker back.
  if (before?.revoked_at && typeof proof === "string") throw revoked(workerName, before.revoked_at);
  if (before?.alive === true && !before.revoked_at && proof !== "ticket") throw taken(workerName);
}

/** What workers must fulfil. */
export interface WorkerTerms {
  /** The least version; nothing where workers of any version are taken. */
  readonly leastVersion?: string | undefined;
}

/** Gives the worker an id and a key of its own, and ends what was registered under its name before. */
export async function registerWorker(
  context: EngineContext,
  request: RegisterRequest,
  { proof, leastVersion }: WorkerTerms & { readonly proof: Proof },
): Promise<RegisterResponse> {
  const { workerName: name } = request;
  requireVersion(request, leastVersion);
  const { registered, settlements } = await context.db.tx(async (client) => {
    const before = await lockNamesake(client, name);
    requireFree(before, name, proof);
    const ended = before === undefined ? [] : await endWorker(client, before.id);
    const made = await insertWorker(client, request);
    // Another one of that name was registered at this very moment.
    if (made === undefined) throw taken(name);
    if (typeof proof === "object") await useToken(client, proof, { name, id: made.workerId });
    return { registered: made, settlements: ended };
  });
  await afterEnds(context, settlements);
  return registered;
}

/** A worker that starts again with the key that it has: what it can do may have changed, and what it worked on is lost. */
export async function resumeWorker(
  context: EngineContext,
  { workerId, workerName }: Claimant,
  request: RegisterRequest,
): Promise<void> {
  if (request.workerName !== workerName) {
    const message = `is ${request.workerName}, and the key is that of ${workerName}`;
    throw refusedFields("invalid-request", { path: "body/workerName", message });
  }
  const { accel, classes, encoders, version } = request;
  const { inputs = ["upload"], store = "inside", features = [] } = request;
  const settlements = await context.db.tx(async (client) => {
    const ended = await endAttempts(client, workerId, replaced);
    await client.query({
      name: "resume-worker",
      text: `UPDATE workers SET accel = $2, classes = $3, encoders = $4, version = $5, inputs = $6, store = $7,
               features = $8,
               draining = false, drain_requested_at = NULL, registered_at = now(), last_seen_at = now()
             WHERE id = $1`,
      values: [workerId, accel, classes, encoders, version, inputs, store, features],
    });
    return ended;
  });
  await afterEnds(context, settlements);
}
