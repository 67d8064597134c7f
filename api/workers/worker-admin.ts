import type {
  CreateWorkerToken,
  WorkerToken,
  WorkerTokenCreated,
  WorkerView,
} from "@framewright/contracts/worker-admin.ts";
import { recordWrite, type Actor } from "../audit-log.ts";
import type { Queryable } from "../backends/db.ts";
import { AppError } from "../errors.ts";
import type { EngineContext } from "../jobs/context.ts";
import { afterEnds, endAttempts } from "../jobs/end-attempts.ts";
import { listWorkers, viewWorker } from "./worker-list.ts";
import { createToken, listTokens, revokeToken } from "./worker-tokens.ts";

/** What the administrator does with workers, on every replica. */
export interface WorkerAdmin {
  list(): Promise<WorkerView[]>;
  /** The worker takes no more jobs, finishes those that it has, and ends. */
  drain(by: Actor, workerId: string): Promise<WorkerView>;
  /** Its key opens nothing any more, and its jobs are queued again at once. */
  revoke(by: Actor, workerId: string): Promise<WorkerView>;
  createToken(by: Actor, request: CreateWorkerToken): Promise<WorkerTokenCreated>;
  listTokens(): Promise<WorkerToken[]>;
  revokeToken(by: Actor, tokenId: string): Promise<void>;
}

interface Standing {
  readonly ended_at: Date | null;
  readonly revoked_at: Date | null;
}

/** Locked against a claim, which notes its owner: a job is claimed before, and found, or not at all. */
async function lockWorker(client: Queryable, workerId: string): Promise<Standing> {
  const { rows } = await client.query<Standing>({
    name: "lock-worker",
    text: "SELECT ended_at, revoked_at FROM workers WHERE id = $1 FOR UPDATE",
    values: [workerId],
  });
  const [row] = rows;
  if (!row) throw new AppError("worker-not-found", `There is no worker ${workerId}`);
  if (row.ended_at) {
    const when = row.ended_at.toISOString();
    throw new AppError("worker-ended", `Another worker took the name of ${workerId} at ${when}`);
  }
  return row;
}

async function viewOf(db: Queryable, workerId: string): Promise<WorkerView> {
  const view = await viewWorker(db, workerId);
  if (!view) throw new AppError("worker-not-found", `There is no worker ${workerId}`);
  return view;
}

async function drain({ db, notifier }: EngineContext, by: Actor, workerId: string) {
  const view = await db.tx(async (client) => {
    await lockWorker(client, workerId);
    await client.query({
      name: "drain-worker",
      text: `UPDATE workers SET draining = true,
               drain_requested_at = coalesce(drain_requested_at, now()) WHERE id = $1`,
      values: [workerId],
    });
    await recordWrite(client, by, "worker.drain", workerId);
    return viewOf(client, workerId);
  });
  notifier.workersChanged();
  return view;
}

const revokedEnd = {
  kind: "preempted" as const,
  outcome: "lost" as const,
  error: {
    kind: "preempted" as const,
    code: "worker-revoked",
    message: "The worker was revoked; the job goes to another one",
  },
};

async function revoke(context: EngineContext, by: Actor, workerId: string) {
  const { settlements, view } = await context.db.tx(async (client) => {
    const { revoked_at: before } = await lockWorker(client, workerId);
    const ended = await endAttempts(client, workerId, revokedEnd);
    if (before === null) {
      await client.query({
        name: "revoke-worker",
        // The former key is kept apart, so that its worker is told why.
        text: `UPDATE workers SET revoked_at = now(), draining = true,
                 previous_key_prefix = key_prefix, previous_key_digest = key_digest, previous_key_until = NULL,
                 next_key_prefix = NULL, next_key_digest = NULL,
                 key_prefix = '', key_digest = sha256(gen_random_uuid()::text::bytea) WHERE id = $1`,
        values: [workerId],
      });
    }
    await recordWrite(client, by, "worker.revoke", workerId);
    return { settlements: ended, view: await viewOf(client, workerId) };
  });
  context.notifier.workersChanged();
  await afterEnds(context, settlements);
  return view;
}

export function createWorkerAdmin(context: EngineContext): WorkerAdmin {
  const { db } = context;
  return {
    list: () => listWorkers(db),
    drain: (by, workerId) => drain(context, by, workerId),
    revoke: (by, workerId) => revoke(context, by, workerId),
    createToken: (by, request) => createToken(db, by, request),
    listTokens: () => listTokens(db),
    revokeToken: (by, tokenId) => revokeToken(db, by, tokenId),
  };
}
