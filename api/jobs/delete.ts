import type { JobClass, JobState } from "@framewright/contracts/job.ts";
import { recordWrite, type Actor } from "../audit-log.ts";
import type { Queryable } from "../backends/db.ts";
import { AppError } from "../errors.ts";
import type { EngineContext } from "./context.ts";
import { editUses } from "./edit-inputs.ts";
import { deleteObjects } from "./deletions.ts";
import { wakeProject } from "./limited.ts";
import { jobPrefix } from "./rows.ts";

/** So many jobs are named that still need what is to be deleted. */
const namedJobs = 10;

/** The ids in words, or nothing where there are none. */
function named(rows: readonly { readonly id: string }[]): string | undefined {
  if (rows.length === 0) return undefined;
  const ids = rows.slice(0, namedJobs).map(({ id }) => id);
  return `${ids.join(", ")}${rows.length > namedJobs ? " and more" : ""}`;
}

/** Refuses while jobs need the result. The row is locked by who submits such a job, so that none comes in between. */
async function requireNoUser(client: Queryable, by: Actor, jobId: string): Promise<void> {
  await client.query({
    name: "lock-job-to-delete",
    text: "SELECT 1 FROM jobs WHERE id = $1 AND project_id = $2 FOR UPDATE",
    values: [jobId, by.projectId],
  });
  const { rows } = await client.query<{ id: string }>({
    name: "jobs-that-need-result",
    text: `SELECT id FROM jobs WHERE source_job = $1 AND source_output = 'result' AND finished_at IS NULL
             AND project_id = $2 ORDER BY id LIMIT $3`,
    values: [jobId, by.projectId, namedJobs + 1],
  });
  const users = named(rows);
  if (users === undefined) return;
  const message = `The result of job ${jobId} is needed by jobs ${users}; cancel or delete them first`;
  throw new AppError("job-in-use", message);
}

interface DeletedRow {
  readonly state: JobState;
  readonly class: JobClass;
  readonly attempt: number;
}

async function deleteRow(client: Queryable, by: Actor, jobId: string): Promise<DeletedRow> {
  const { rows } = await client.query<DeletedRow>({
    name: "delete-job",
    text: "DELETE FROM jobs WHERE id = $1 AND project_id = $2 RETURNING state, class, attempt",
    values: [jobId, by.projectId],
  });
  const [row] = rows;
  if (!row) throw new AppError("job-not-found", `There is no job ${jobId}`);
  return row;
}

/**
 * Deletes a job in whatever state, with its attempts, events and message; its files follow (deletions.ts). The row is
 * what a lease stands on, so that a worker that has the job is refused from here on and stops.
 */
export async function deleteJob(context: EngineContext, by: Actor, jobId: string): Promise<void> {
  const { state, class: jobClass } = await context.db.tx(async (client) => {
    await requireNoUser(client, by, jobId);
    const row = await deleteRow(client, by, jobId);
    if (row.attempt > 0) await deleteObjects(client, "job", [jobPrefix(jobId)]);
    await recordWrite(client, by, "job.delete", jobId);
    return row;
  });
  if (state === "running" || state === "queued") {
    context.metrics.jobsEnded.inc({ state: "cancelled", class: jobClass, kind: "" });
  }
  if (state === "running") {
    context.metrics.attemptsEnded.inc({ state: "cancelled" });
    await wakeProject(context, by.projectId);
  }
  context.notifier.jobChanged(jobId);
}

/** Refuses while jobs need the upload. Its row is locked by who submits a job for it, so that none comes in between. */
async function requireUnused(client: Queryable, uploadId: string): Promise<void> {
  const { rows } = await client.query<{ id: string }>({
    name: "jobs-that-need-upload",
    text: `SELECT j.id FROM jobs j WHERE (j.upload_id = $1::uuid OR ${editUses("$1::uuid")})
             AND j.finished_at IS NULL ORDER BY j.id LIMIT $2`,
    values: [uploadId, namedJobs + 1],
  });
  const users = named(rows);
  if (users === undefined) return;
  const message = `Upload ${uploadId} is needed by jobs ${users}; cancel or delete them first`;
  throw new AppError("upload-in-use", message);
}

export async function deleteUpload(
  { db }: EngineContext,
  by: Actor,
  uploadId: string,
): Promise<void> {
  await db.tx(async (client) => {
    const { rows } = await client.query<{ object_key: string }>({
      name: "lock-upload",
      text: "SELECT object_key FROM uploads WHERE id = $1 AND project_id = $2 FOR UPDATE",
      values: [uploadId, by.projectId],
    });
    const [row] = rows;
    if (!row) throw new AppError("upload-not-found", `There is no upload ${uploadId}`);
    await requireUnused(client, uploadId);
    await client.query({
      name: "delete-upload",
      text: "DELETE FROM uploads WHERE id = $1",
      values: [uploadId],
    });
    await deleteObjects(client, "upload", [row.object_key]);
    await recordWrite(client, by, "upload.delete", uploadId);
  });
}
