import type { JobClass, JobState } from "@framewright/contracts/job.ts";
import { recordWrite, type Actor } from "../audit-log.ts";
import type { Queryable } from "../backends/db.ts";
import { AppError } from "../errors.ts";
import { addEvent, afterCommit, removeFromOutbox, type EngineContext } from "./context.ts";

interface CancelRow {
  readonly state: JobState;
  readonly class: JobClass;
  readonly attempt: number;
  readonly cancel_requested: boolean;
}

/** Once this has returned, the job ends as cancelled, whatever its worker still sends. */
async function cancelLocked(client: Queryable, jobId: string, row: CancelRow): Promise<boolean> {
  const { state, attempt } = row;
  if (state === "cancelled" || row.cancel_requested) return false;
  if (state === "queued") {
    await client.query({
      name: "cancel-queued",
      text: "UPDATE jobs SET state = 'cancelled', cancel_requested = true, finished_at = now() WHERE id = $1",
      values: [jobId],
    });
    await removeFromOutbox(client, jobId);
    await addEvent(client, { jobId, type: "cancelled", attempt });
    return true;
  }
  if (state === "running") {
    await client.query({
      name: "request-cancel",
      text: "UPDATE jobs SET cancel_requested = true WHERE id = $1",
      values: [jobId],
    });
    await addEvent(client, { jobId, type: "cancel-requested", attempt });
    return true;
  }
  throw new AppError("job-already-finished", `Job ${jobId} has ${state} and cannot be cancelled`);
}

/** Ends a waiting job at once; a running one learns it from its next heartbeat. Repeating it is harmless. */
export async function cancelJob(context: EngineContext, by: Actor, jobId: string): Promise<void> {
  const changed = await context.db.tx(async (client) => {
    const { rows } = await client.query<CancelRow>({
      name: "lock-job",
      text: `SELECT state, class, attempt, cancel_requested FROM jobs
             WHERE id = $1 AND project_id = $2 FOR UPDATE`,
      values: [jobId, by.projectId],
    });
    const [row] = rows;
    if (!row) throw new AppError("job-not-found", `There is no job ${jobId}`);
    const isNew = await cancelLocked(client, jobId, row);
    if (isNew) await recordWrite(client, by, "job.cancel", jobId);
    return isNew ? row : undefined;
  });
  if (!changed) return;
  // A running job ends when its worker has heard of it.
  if (changed.state === "queued") {
    context.metrics.jobsEnded.inc({ state: "cancelled", class: changed.class, kind: "" });
  }
  afterCommit(context, jobId);
}
