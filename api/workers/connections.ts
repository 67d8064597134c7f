import { pause } from "@framewright/runtime/clock.ts";
import { newId } from "../ids.ts";
import type { EngineContext } from "../jobs/context.ts";
import { afterEnds, endLost } from "../jobs/end-attempts.ts";
import { lockedColumns, type LockedJob } from "../jobs/rows.ts";
import type { Settlement } from "../jobs/settle.ts";

/** How long a worker has to come back after its connection broke: a proxy restarts, a handshake over an ocean takes this. */
const graceMs = 1_500;

/** The connection that says a worker is there. A newer one, on whichever replica, takes its place. */
export interface WorkerConnection {
  /** The other side went. Resolves when that was dealt with. */
  broke(): Promise<void>;
}

/**
 * Ends the attempts of a worker whose connection broke and that did not come back. What it reported after the break was
 * still its own: such an attempt stays. Undefined where the worker is back.
 */
async function endUnlessBack(
  { db, leaseSeconds }: Pick<EngineContext, "db" | "leaseSeconds">,
  worker: { readonly id: string; readonly connectionId: string },
  brokeMsAgo: number,
): Promise<Settlement[] | undefined> {
  return db.tx(async (client) => {
    const { rowCount } = await client.query({
      name: "worker-gone",
      text: "UPDATE workers SET connection_id = NULL WHERE id = $1 AND connection_id = $2",
      values: [worker.id, worker.connectionId],
    });
    if (rowCount === 0) return undefined;
    const { rows } = await client.query<LockedJob>({
      name: "jobs-of-gone-worker",
      text: `SELECT ${lockedColumns} FROM jobs WHERE lease_owner = $1 AND state = 'running'
             AND lease_until < now() + make_interval(secs => $2) FOR UPDATE SKIP LOCKED`,
      values: [worker.id, leaseSeconds - brokeMsAgo / 1000],
    });
    const message = `The worker's connection broke, and it did not come back within ${graceMs / 1000} s`;
    return endLost(client, rows, { code: "worker-gone", message });
  });
}

/** Hands the jobs of a worker to others, unless it comes back. */
async function replace(
  context: EngineContext,
  worker: { readonly id: string; readonly name: string; readonly connectionId: string },
  closing: AbortSignal,
): Promise<void> {
  const brokeAt = performance.now();
  await pause(graceMs, closing);
  // This replica goes: then it was the one that hung up.
  if (closing.aborted) return;
  const ended = await endUnlessBack(context, worker, performance.now() - brokeAt);
  if (ended === undefined) return;
  const jobs = ended.map(({ jobId }) => jobId);
  context.log.warn(
    { workerId: worker.id, worker: worker.name, jobs },
    "a worker is gone; others get its jobs",
  );
  context.metrics.workersGone.inc(ended.length);
  await afterEnds(context, ended);
}

/**
 * Notes that the worker is connected.
 * @param closing fires when this replica closes its connections itself
 */
export async function connectWorker(
  context: EngineContext,
  { workerId: id, workerName: name }: { readonly workerId: string; readonly workerName: string },
  closing: AbortSignal,
): Promise<WorkerConnection> {
  const connectionId = newId();
  await context.db.query({
    name: "worker-connected",
    text: "UPDATE workers SET connection_id = $2, last_seen_at = now() WHERE id = $1",
    values: [id, connectionId],
  });
  return {
    broke: async () => {
      try {
        await replace(context, { id, name, connectionId }, closing);
      } catch (error) {
        context.log.warn(
          { err: error, workerId: id, worker: name },
          "could not end the attempts of a worker that is gone; their leases run out",
        );
      }
    },
  };
}
