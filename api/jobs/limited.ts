import { jobClasses, type JobClass, type Priority } from "@framewright/contracts/job.ts";
import type { Queryable } from "../backends/db.ts";
import { afterCommit, type EngineContext } from "./context.ts";
import type { Settlement } from "./settle.ts";

/*
 * A message stands for one job that waits in its class, and a claim takes the one whose turn it is. What is kept here: for each
 * job that could be claimed a message is there or will be sent. Messages too many find no job and do no harm.
 */

/** How long a message rests whose project is at its quota; a place that is free wakes it earlier. */
const parkSeconds = 60;
/** Time that a message sent at once has before the sweeper looks at its row. */
const fastPathSeconds = 2;

/**
 * The message of `named` was used for `taken`, whose own message is from now on the one of `named`. Both rows are locked in
 * one order, before one of them changes: another claim may exchange the same two the other way round.
 */
export async function swapMessages(client: Queryable, named: string, taken: string): Promise<void> {
  await client.query({
    name: "swap-messages",
    text: `WITH both_rows AS (
             SELECT job_id, published_at, next_try_at FROM outbox
             WHERE job_id IN ($1, $2) ORDER BY job_id FOR UPDATE)
           UPDATE outbox SET published_at = other.published_at, next_try_at = other.next_try_at
           FROM both_rows AS other WHERE outbox.job_id = $1 AND other.job_id = $2`,
    values: [named, taken],
  });
}

/**
 * The message of a job that could not be claimed is used up; where only the quota stands against it, or what this
 * worker cannot do, it comes back.
 */
export async function park(client: Queryable, jobId: string): Promise<void> {
  await client.query({
    name: "park-message",
    text: `UPDATE outbox SET published_at = NULL, next_try_at = now() + make_interval(secs => $2)
           FROM jobs j JOIN projects p ON p.id = j.project_id
             JOIN project_use u ON u.project_id = j.project_id
           WHERE outbox.job_id = $1 AND j.id = $1 AND j.state = 'queued' AND j.available_at <= now()
             AND (u.running >= p.max_running OR j.needs <> '{}')`,
    values: [jobId, parkSeconds],
  });
}

interface WokenRow {
  readonly id: string;
  readonly job_id: string;
  readonly class: JobClass;
  readonly priority: Priority;
}

/** The next job of each class, as any of them may find a worker. */
const nextOfProject = (projectId: string, classes: string) => `
  SELECT next.id FROM unnest(${classes}::text[]) AS one (class)
  CROSS JOIN LATERAL (
    SELECT j.id FROM jobs j WHERE j.project_id = ${projectId} AND j.class = one.class
      AND j.state = 'queued' AND j.available_at <= now()
    ORDER BY j.priority, j.id LIMIT 1) AS next`;

/** Sends the messages of a project that has a place free under its quota; of one without a quota none was held back. */
export async function wakeProject(context: EngineContext, projectId: string): Promise<void> {
  const { rows } = await context.db.query<WokenRow>({
    name: "wake-project",
    text: `UPDATE outbox SET published_at = NULL, next_try_at = now() + make_interval(secs => $3)
           WHERE job_id IN (${nextOfProject("$1", "$2")})
             AND EXISTS (SELECT 1 FROM projects WHERE id = $1 AND max_running IS NOT NULL)
           RETURNING id, job_id, class, priority`,
    values: [projectId, jobClasses, fastPathSeconds],
  });
  for (const { id, job_id: jobId, class: jobClass, priority } of rows) {
    context.outbox.publishSoon({ outboxId: id, jobId, jobClass, priority });
  }
  if (rows.length > 0) context.notifier.queueGrew();
}

/** Tells everybody who waits of the job, and the next of its project. */
export async function afterSettlement(
  context: EngineContext,
  { jobId, message, limitedProject }: Settlement,
): Promise<void> {
  afterCommit(context, jobId, message);
  if (limitedProject === undefined) return;
  try {
    await wakeProject(context, limitedProject);
  } catch (error) {
    // The end of the attempt is written; the sweeper wakes the project.
    context.log.warn({ err: error, projectId: limitedProject }, "could not wake the next job");
  }
}

/** For what woke nobody: a quota that was raised, or a job that a replica of the version before ended. */
export async function wakeLimited({ db }: EngineContext): Promise<void> {
  await db.query({
    name: "wake-limited",
    text: `UPDATE outbox SET next_try_at = now() WHERE job_id IN (
             SELECT parked.job_id FROM projects p JOIN project_use u ON u.project_id = p.id
             CROSS JOIN LATERAL (
               SELECT o.job_id FROM jobs j JOIN outbox o ON o.job_id = j.id
               WHERE j.project_id = p.id AND j.state = 'queued' AND j.available_at <= now()
                 AND o.published_at IS NULL AND o.next_try_at > now() + make_interval(secs => $1)
               ORDER BY j.priority, j.id LIMIT least(p.max_running - u.running, 200)) AS parked
             WHERE u.queued > 0 AND u.running < p.max_running)`,
    values: [fastPathSeconds],
  });
}
