import type { JobClass, JobError } from "@framewright/contracts/job.ts";
import type { Queryable } from "../backends/db.ts";
import { addEvent, afterCommit, removeFromOutbox, type EngineContext } from "./context.ts";

interface OverdueRow {
  readonly id: string;
  readonly attempt: number;
  readonly class: JobClass;
  readonly deadline: Date;
}

function overdueError({ attempt, deadline }: OverdueRow): JobError {
  const begun = attempt === 0 ? "before an attempt began" : "before another attempt began";
  return {
    kind: "transient",
    code: "deadline-exceeded",
    message: `The job's deadline, ${deadline.toISOString()}, passed ${begun}`,
  };
}

async function failOverdueJob(client: Queryable, row: OverdueRow): Promise<void> {
  const error = overdueError(row);
  await client.query({
    name: "fail-overdue",
    text: "UPDATE jobs SET state = 'failed', error = $2, finished_at = now() WHERE id = $1",
    values: [row.id, error],
  });
  await removeFromOutbox(client, row.id);
  await addEvent(client, { jobId: row.id, type: "failed", attempt: row.attempt, error });
}

/** Ends queued jobs whose deadline has passed, by the database's clock. Gives how many. */
export async function failOverdue(context: EngineContext, limit: number): Promise<number> {
  const ended = await context.db.tx(async (client) => {
    const { rows } = await client.query<OverdueRow>({
      name: "overdue-jobs",
      text: `SELECT id, attempt, class, deadline FROM jobs WHERE state = 'queued' AND deadline <= now()
             ORDER BY deadline LIMIT $1 FOR UPDATE SKIP LOCKED`,
      values: [limit],
    });
    for (const row of rows) await failOverdueJob(client, row);
    return rows;
  });
  context.metrics.jobsOverdue.inc(ended.length);
  for (const { id, class: jobClass } of ended) {
    context.metrics.jobsEnded.inc({ state: "failed", class: jobClass, kind: "transient" });
    afterCommit(context, id);
  }
  return ended.length;
}
