import type { EngineContext } from "./context.ts";
import { attemptPrefix } from "./rows.ts";

type Context = Pick<EngineContext, "db" | "store" | "metrics" | "retention">;

/** Attempts or uploads of one round: their objects are deleted one by one, and a round ends in seconds. */
const batch = 20;
/** Objects that are deleted at once. */
const parallel = 8;

async function removeAll(
  { store, metrics }: Context,
  keys: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  for (let index = 0; index < keys.length; index += parallel) {
    signal.throwIfAborted();
    const some = keys.slice(index, index + parallel);
    await Promise.all(some.map((key) => store.remove(key)));
    metrics.objectsDeleted.inc(some.length);
  }
}

interface AttemptRow {
  readonly job_id: string;
  readonly number: number;
}

/** Files of attempts that ended without publishing. Gives how many attempts. */
async function deleteAbandoned(context: Context, signal: AbortSignal): Promise<number> {
  const { db, store, retention } = context;
  const { rows } = await db.query<AttemptRow>({
    name: "abandoned-attempts",
    // The outcome alone says it; the job is asked again, because what it publishes must never be deleted.
    text: `SELECT a.job_id, a.number FROM attempts a JOIN jobs j ON j.id = a.job_id
           WHERE a.objects_deleted_at IS NULL
             AND a.outcome IN ('failed', 'released', 'cancelled', 'lost')
             AND a.finished_at < now() - make_interval(days => $1)
             AND j.published_attempt IS DISTINCT FROM a.number
           ORDER BY a.finished_at LIMIT $2`,
    values: [retention.attemptDays, batch],
  });
  for (const { job_id: jobId, number } of rows) {
    const prefix = attemptPrefix(jobId, number);
    const names = await store.sizes(prefix, signal);
    await removeAll(
      context,
      [...names.keys()].map((name) => `${prefix}${name}`),
      signal,
    );
    await db.query({
      name: "attempt-deleted",
      text: `UPDATE attempts SET objects_deleted_at = now() WHERE job_id = $1 AND number = $2`,
      values: [jobId, number],
    });
  }
  return rows.length;
}

/** No job that uses the upload waits, runs, or has ended within so many days; `$1` are the days. */
const unused = `NOT EXISTS (SELECT 1 FROM jobs j WHERE j.upload_id = u.id
  AND (j.finished_at IS NULL OR j.finished_at >= now() - make_interval(days => $1)))`;

/**
 * From here on no job may use them. A job that is submitted holds its upload's row, so that jobs are looked for again once
 * the rows are locked.
 */
async function expireUploads({ db, retention }: Context): Promise<void> {
  await db.tx(async (client) => {
    const { rows } = await client.query<{ id: string }>({
      name: "old-uploads",
      text: `SELECT u.id FROM uploads u
             WHERE u.object_deleted_at IS NULL AND u.expired_at IS NULL
               AND u.created_at < now() - make_interval(days => $1) AND ${unused}
             ORDER BY u.created_at LIMIT $2 FOR UPDATE SKIP LOCKED`,
      values: [retention.uploadDays, batch],
    });
    if (rows.length === 0) return;
    await client.query({
      name: "uploads-expired",
      text: `UPDATE uploads u SET expired_at = now() WHERE u.id = ANY($2) AND ${unused}`,
      values: [retention.uploadDays, rows.map(({ id }) => id)],
    });
  });
}

/** Gives how many uploads were deleted. */
async function deleteUploads(context: Context, signal: AbortSignal): Promise<number> {
  const { db } = context;
  await expireUploads(context);
  const { rows } = await db.query<{ id: string; object_key: string }>({
    name: "expired-uploads",
    text: `SELECT id, object_key FROM uploads
           WHERE expired_at IS NOT NULL AND object_deleted_at IS NULL
           ORDER BY created_at LIMIT $1`,
    values: [batch],
  });
  for (const { id, object_key: key } of rows) {
    await removeAll(context, [key], signal);
    await db.query({
      name: "upload-deleted",
      text: `UPDATE uploads SET object_deleted_at = now() WHERE id = $1`,
      values: [id],
    });
  }
  return rows.length;
}

/** One round. Gives whether there may be more to delete. */
export async function deleteUnneeded(context: Context, signal: AbortSignal): Promise<boolean> {
  const { attemptDays, uploadDays } = context.retention;
  const attempts = attemptDays === 0 ? 0 : await deleteAbandoned(context, signal);
  const uploads = uploadDays === 0 ? 0 : await deleteUploads(context, signal);
  return attempts === batch || uploads === batch;
}
