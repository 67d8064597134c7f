import type { Db, Queryable } from "../backends/db.ts";
import type { EngineContext, Retention } from "./context.ts";
import { editUses } from "./edit-inputs.ts";
import { deleteDueObjects, deleteObjects } from "./deletions.ts";
import { attemptPrefix, jobPrefix } from "./rows.ts";

type Context = Pick<EngineContext, "db" | "store" | "metrics" | "log" | "retention">;

/** Rows of one step; a round ends in seconds. */
const batch = 100;

/** Files of attempts that ended without publishing. */
async function abandonedAttempts(client: Queryable, days: number): Promise<number> {
  const { rows } = await client.query<{ job_id: string; number: number }>({
    name: "abandoned-attempts",
    // The outcome alone says it; the job is asked again, because what it publishes must never be deleted.
    text: `WITH abandoned AS (
             SELECT a.job_id, a.number FROM attempts a JOIN jobs j ON j.id = a.job_id
             WHERE a.objects_deleted_at IS NULL
               AND a.outcome IN ('failed', 'released', 'cancelled', 'lost')
               AND a.finished_at < now() - make_interval(days => $1)
               AND j.published_attempt IS DISTINCT FROM a.number
             ORDER BY a.finished_at LIMIT $2 FOR UPDATE OF a SKIP LOCKED)
           UPDATE attempts SET objects_deleted_at = now() FROM abandoned
           WHERE attempts.job_id = abandoned.job_id AND attempts.number = abandoned.number
           RETURNING attempts.job_id, attempts.number`,
    values: [days, batch],
  });
  const prefixes = rows.map(({ job_id: jobId, number }) => attemptPrefix(jobId, number));
  await deleteObjects(client, "job", prefixes);
  return rows.length;
}

/** No job that uses the upload waits, runs, or has ended within so many days; `$1` are the days. */
const unused = `NOT EXISTS (SELECT 1 FROM jobs j WHERE (j.upload_id = u.id OR ${editUses("u.id")})
  AND (j.finished_at IS NULL OR j.finished_at >= now() - make_interval(days => $1)))`;

/** Which uploads of a certain age go, by the name of the statement that finds them. */
const deletedUploads = {
  "old-uploads": "true",
  // Where the store has made the file although nobody noted it, a job may use it: then its age counts as of any other.
  "unfinished-uploads": `u.part_bytes IS NOT NULL AND u.completed_at IS NULL
    AND coalesce(u.completing_until < now(), true)
    AND NOT EXISTS (SELECT 1 FROM jobs j WHERE j.upload_id = u.id)`,
} as const;

/** A job that is submitted holds its upload's row, so that jobs are looked for again once the rows are locked. */
async function deleteUploads(
  name: keyof typeof deletedUploads,
  client: Queryable,
  days: number,
): Promise<number> {
  const { rows } = await client.query<{ id: string }>({
    name,
    text: `SELECT u.id FROM uploads u
           WHERE ${deletedUploads[name]}
             AND u.created_at < now() - make_interval(days => $1) AND ${unused}
           ORDER BY u.created_at LIMIT $2 FOR UPDATE SKIP LOCKED`,
    values: [days, batch],
  });
  if (rows.length === 0) return 0;
  const { rows: deleted } = await client.query<{ object_key: string }>({
    name: "delete-uploads",
    text: `DELETE FROM uploads u WHERE u.id = ANY($2) AND ${unused} RETURNING u.object_key`,
    values: [days, rows.map(({ id }) => id)],
  });
  const keys = deleted.map(({ object_key: key }) => key);
  await deleteObjects(client, "upload", keys);
  return rows.length;
}

/** No job waits or runs that works on the result. */
const unneeded = `NOT EXISTS (SELECT FROM jobs AS later WHERE later.source_job = jobs.id
  AND later.source_output = 'result' AND later.finished_at IS NULL)`;

/** Jobs that ended long ago, with their results. */
async function oldJobs(client: Queryable, days: number): Promise<number> {
  const { rows } = await client.query<{ id: string; attempt: number }>({
    name: "old-jobs",
    text: `WITH old AS (
             SELECT id FROM jobs WHERE finished_at < now() - make_interval(days => $1) AND ${unneeded}
             ORDER BY finished_at LIMIT $2 FOR UPDATE SKIP LOCKED)
           DELETE FROM jobs USING old WHERE jobs.id = old.id RETURNING jobs.id, jobs.attempt`,
    values: [days, batch],
  });
  const written = rows.filter(({ attempt }) => attempt > 0);
  const prefixes = written.map(({ id }) => jobPrefix(id));
  await deleteObjects(client, "job", prefixes);
  return rows.length;
}

async function oldEvents(client: Queryable, days: number): Promise<number> {
  const { rows } = await client.query<{ id: string }>({
    name: "jobs-with-old-events",
    text: `WITH old AS (
             SELECT id FROM jobs
             WHERE finished_at < now() - make_interval(days => $1) AND NOT events_deleted
             ORDER BY finished_at LIMIT $2 FOR UPDATE SKIP LOCKED)
           UPDATE jobs SET events_deleted = true FROM old WHERE jobs.id = old.id RETURNING jobs.id`,
    values: [days, batch],
  });
  await client.query({
    name: "delete-old-events",
    text: "DELETE FROM events WHERE job_id = ANY($1)",
    values: [rows.map(({ id }) => id)],
  });
  return rows.length;
}

/** Ids grow with time: the lowest are the oldest, so that no index on the time is needed. */
async function oldAudit(client: Queryable, days: number): Promise<number> {
  const { rowCount } = await client.query({
    name: "old-audit",
    text: `DELETE FROM audit WHERE id IN (
             SELECT id FROM (SELECT id, at FROM audit ORDER BY id LIMIT $2) AS oldest
             WHERE at < now() - make_interval(days => $1))`,
    values: [days, batch],
  });
  await client.query({
    name: "revoked-keys",
    text: `DELETE FROM api_keys WHERE id IN (
             SELECT id FROM api_keys WHERE revoked_at < now() - make_interval(days => $1) LIMIT $2)`,
    values: [days, batch],
  });
  await client.query({
    name: "old-worker-tokens",
    text: `DELETE FROM worker_tokens WHERE id IN (
             SELECT id FROM worker_tokens WHERE expires_at < now() - make_interval(days => $1)
             ORDER BY expires_at LIMIT $2)`,
    values: [days, batch],
  });
  return rowCount ?? 0;
}

/** Every restart of a worker's pod leaves one; it goes when the last of its attempts has gone. */
async function goneWorkers(client: Queryable, days: number): Promise<number> {
  const { rowCount } = await client.query({
    name: "gone-workers",
    text: `DELETE FROM workers WHERE id IN (
             SELECT w.id FROM workers w
             WHERE w.last_seen_at < now() - make_interval(days => $1)
               AND NOT EXISTS (SELECT 1 FROM attempts a WHERE a.worker_id = w.id)
               AND NOT EXISTS (SELECT 1 FROM jobs j WHERE j.lease_owner = w.id)
             ORDER BY w.last_seen_at LIMIT $2 FOR UPDATE SKIP LOCKED)`,
    values: [days, batch],
  });
  return rowCount ?? 0;
}

/** One that waits for its next attempt is kept; what waits for so long is an endpoint's that is disabled. */
async function oldWebhooks(client: Queryable, days: number): Promise<number> {
  const { rowCount } = await client.query({
    name: "old-webhooks",
    text: `DELETE FROM webhook_deliveries WHERE id IN (
             SELECT id FROM webhook_deliveries
             WHERE created_at < now() - make_interval(days => $1)
               AND (state <> 'pending' OR next_attempt_at < now() - make_interval(days => $1))
             ORDER BY created_at LIMIT $2 FOR UPDATE SKIP LOCKED)`,
    values: [days, batch],
  });
  return rowCount ?? 0;
}

/** What was sent to endpoints that are deleted, whatever its age; the endpoint goes when nothing of it is left. */
async function deletedEndpoints(client: Queryable): Promise<number> {
  const { rowCount } = await client.query({
    name: "webhooks-of-deleted-endpoints",
    text: `DELETE FROM webhook_deliveries WHERE id IN (
             SELECT d.id FROM webhook_endpoints e JOIN webhook_deliveries d ON d.endpoint_id = e.id
             WHERE e.deleted_at IS NOT NULL LIMIT $1 FOR UPDATE OF d SKIP LOCKED)`,
    values: [batch],
  });
  await client.query({
    name: "deleted-webhook-endpoints",
    // A minute: transactions that saw it enabled have ended by then.
    text: `DELETE FROM webhook_endpoints e WHERE e.deleted_at < now() - interval '1 minute'
             AND NOT EXISTS (SELECT 1 FROM webhook_deliveries d WHERE d.endpoint_id = e.id)`,
  });
  return rowCount ?? 0;
}

type Step = (client: Queryable, days: number) => Promise<number>;

/** What is deleted after how many days. Jobs before uploads and workers, which may be free after them. */
function stepsOf(retention: Retention): (readonly [days: number, step: Step])[] {
  return [
    [retention.attemptDays, abandonedAttempts],
    [retention.jobDays, oldJobs],
    [retention.uploadDays, (...args) => deleteUploads("old-uploads", ...args)],
    [retention.unfinishedDays, (...args) => deleteUploads("unfinished-uploads", ...args)],
    [retention.eventDays, oldEvents],
    [retention.auditDays, oldAudit],
    [retention.webhookDays, oldWebhooks],
    [always, deletedEndpoints],
    [workerDays, goneWorkers],
  ];
}

/** For a step that goes by no age. */
const always = 1;

/** A worker that is only cut off comes back with its key within this time. */
const workerDays = 30;

/** One step in a transaction of its own. Gives whether there may be more to delete. */
async function take(db: Db, days: number, step: Step): Promise<boolean> {
  return days !== 0 && (await db.tx((client) => step(client, days))) === batch;
}

/** One round. Gives whether there may be more to delete. */
export async function deleteUnneeded(context: Context, signal: AbortSignal): Promise<boolean> {
  let isMore = false;
  for (const [days, step] of stepsOf(context.retention)) {
    if (await take(context.db, days, step)) isMore = true;
  }
  return (await deleteDueObjects(context, signal)) || isMore;
}
