import type { Metadata } from "@framewright/contracts/job-request.ts";
import type { JobState } from "@framewright/contracts/job.ts";
import type { Queryable } from "../backends/db.ts";
import { AppError } from "../errors.ts";
import { jobColumns, type EventRow, type JobRow } from "./rows.ts";

/** A job of the project; one of another project does not exist for the caller. */
export async function readJob(db: Queryable, projectId: string, jobId: string): Promise<JobRow> {
  const { rows } = await db.query<JobRow>({
    name: "read-job",
    text: `SELECT ${jobColumns} FROM jobs j WHERE j.id = $1 AND j.project_id = $2`,
    values: [jobId, projectId],
  });
  const [row] = rows;
  if (!row) throw new AppError("job-not-found", `There is no job ${jobId}`);
  return row;
}

export interface ListFilter {
  readonly projectId: string;
  readonly state: JobState | undefined;
  /** Jobs that have each of these, and any others. */
  readonly metadata: readonly Metadata[];
  readonly olderThan: string | undefined;
  readonly limit: number;
}

function formOf({ state, metadata, olderThan }: ListFilter): string {
  const given = [state !== undefined && "state", olderThan !== undefined && "older"];
  return [metadata.length, ...given.filter((name) => name !== false)].join("-");
}

/** Newest first. Ids sort by time, so the last id of a page is where the next one starts. */
export async function listJobs(db: Queryable, filter: ListFilter): Promise<JobRow[]> {
  const values: unknown[] = [filter.projectId, filter.limit];
  const conditions = ["j.project_id = $1"];
  if (filter.state !== undefined) conditions.push(`j.state = $${values.push(filter.state)}`);
  for (const pair of filter.metadata) {
    // The second condition lets Postgres use the index, which leaves out jobs without metadata.
    conditions.push(`j.metadata @> $${values.push(pair)}::jsonb`, "j.metadata <> '{}'");
  }
  if (filter.olderThan !== undefined) conditions.push(`j.id < $${values.push(filter.olderThan)}`);
  const { rows } = await db.query<JobRow>({
    // Planned once for each form that a request may have: planning takes longer than reading twenty rows.
    name: `list-jobs-${formOf(filter)}`,
    text: `SELECT ${jobColumns} FROM jobs j WHERE ${conditions.join(" AND ")} ORDER BY j.id DESC LIMIT $2`,
    values,
  });
  return rows;
}

/** Events of a job after the given one, oldest first. */
export async function readEvents(
  db: Queryable,
  jobId: string,
  afterId: number,
): Promise<EventRow[]> {
  const { rows } = await db.query<EventRow>({
    name: "read-events",
    text: `SELECT id, type, attempt, error, created_at FROM events
           WHERE job_id = $1 AND id > $2 ORDER BY id`,
    values: [jobId, afterId],
  });
  return rows;
}

/** The published attempt of a succeeded job. */
export async function readPublished(db: Queryable, jobId: string): Promise<number | undefined> {
  const { rows } = await db.query<{ published_attempt: number }>({
    name: "read-published",
    text: `SELECT published_attempt FROM jobs WHERE id = $1 AND state = 'succeeded'`,
    values: [jobId],
  });
  return rows[0]?.published_attempt;
}
