import type { HeartbeatResponse, WorkerProgress } from "@framewright/contracts/worker-api.ts";
import type { EngineContext } from "./context.ts";
import type { AttemptRef } from "./settle.ts";

/**
 * Renews the lease by the database's clock and stores the progress. A lease that has run out but
 * was given to nobody else comes back to life: after an outage of the API no work is thrown away.
 * A job that is to be cancelled is not renewed, so that a deaf worker cannot hold it.
 */
export async function heartbeat(
  context: EngineContext,
  ref: AttemptRef,
  progress: WorkerProgress,
): Promise<HeartbeatResponse> {
  const { rows } = await context.db.query<{ cancel_requested: boolean }>({
    name: "heartbeat",
    text: `UPDATE jobs SET progress = $4,
             lease_until = CASE WHEN cancel_requested THEN lease_until
                                ELSE now() + make_interval(secs => $5) END
           WHERE id = $1 AND attempt = $2 AND lease_owner = $3 AND state = 'running'
           RETURNING cancel_requested`,
    values: [ref.jobId, ref.attempt, ref.workerId, progress, context.leaseSeconds],
  });
  const [row] = rows;
  if (!row) return { verdict: "lost" };
  context.notifier.jobChanged(ref.jobId);
  return { verdict: row.cancel_requested ? "cancel" : "continue" };
}
