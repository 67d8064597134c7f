import type { JobClass, JobKind } from "@framewright/contracts/job.ts";
import type { InputKind } from "@framewright/contracts/job-kinds.ts";
import type { Profile, ProfileName } from "@framewright/contracts/profile.ts";
import type { Lease } from "@framewright/contracts/worker-api.ts";
import type { Queryable } from "../backends/db.ts";
import { addEvent, removeFromOutbox, type EngineContext } from "./context.ts";

export interface Claimant {
  readonly workerId: string;
  readonly workerName: string;
  readonly classes: readonly JobClass[];
  readonly inputs: readonly InputKind[];
}

/** A source may be large and the link slow; the URL opens one object. */
const sourceUrlSeconds = 6 * 3600;

interface ClaimedRow {
  readonly id: string;
  readonly attempt: number;
  readonly kind: JobKind;
  readonly profile: ProfileName;
  /** Null in the rows of the version before. */
  readonly profile_definition: Profile | null;
  readonly request_id: string;
  /** Of a job that works on an upload. */
  readonly object_key: string | null;
  readonly size_bytes: string | null;
  /** Of one that works on a URL. */
  readonly source_url: string | null;
}

const claimable = `state = 'queued' AND available_at <= now() AND class = ANY($3)
    AND (deadline IS NULL OR deadline > now())
    AND CASE WHEN source_url IS NULL THEN 'upload' ELSE 'url' END = ANY($4)`;
const selectById = `SELECT id, upload_id FROM jobs WHERE id = $5 AND ${claimable} FOR UPDATE`;
// 'high' sorts before 'normal'; ids sort by age, so that lost work goes before what came later.
const selectNext = `SELECT id, upload_id FROM jobs WHERE ${claimable}
  ORDER BY priority, id LIMIT 1 FOR UPDATE SKIP LOCKED`;

const claimSql = (select: string) => `
  WITH taken AS (${select})
  UPDATE jobs SET state = 'running', attempt = attempt + 1, lease_owner = $1,
    lease_until = now() + make_interval(secs => $2), progress = NULL,
    started_at = coalesce(started_at, now())
  FROM taken LEFT JOIN uploads ON uploads.id = taken.upload_id
  WHERE jobs.id = taken.id
  RETURNING jobs.id, jobs.attempt, jobs.kind, jobs.profile, jobs.profile_definition, jobs.request_id,
    jobs.source_url,
    uploads.object_key, uploads.size_bytes`;

const claimById = { name: "claim-by-id", text: claimSql(selectById) };
const claimNext = { name: "claim-next", text: claimSql(selectNext) };

async function take(
  client: Queryable,
  claimant: Claimant,
  statement: { name: string; text: string; values: unknown[] },
): Promise<ClaimedRow | undefined> {
  const { rows } = await client.query<ClaimedRow>(statement);
  const [row] = rows;
  if (!row) return undefined;
  await client.query({
    name: "insert-attempt",
    text: `INSERT INTO attempts (job_id, number, worker_id, worker_name) VALUES ($1, $2, $3, $4)`,
    values: [row.id, row.attempt, claimant.workerId, claimant.workerName],
  });
  await removeFromOutbox(client, row.id);
  await addEvent(client, { jobId: row.id, type: "running", attempt: row.attempt });
  return row;
}

async function sourceOf({ store }: EngineContext, row: ClaimedRow): Promise<Lease["source"]> {
  const { object_key: key, source_url: externalUrl } = row;
  if (externalUrl !== null) return { externalUrl };
  if (key === null) throw new Error(`job ${row.id} has neither an upload nor a URL`);
  const url = await store.presignGet("inside", key, sourceUrlSeconds);
  return { url, sizeBytes: Number(row.size_bytes) };
}

/** Gives the worker a lease on this job, or on the next fitting one; undefined when no job can be claimed. */
export async function claimJob(
  context: EngineContext,
  claimant: Claimant,
  jobId?: string,
): Promise<Lease | undefined> {
  const { workerId, classes, inputs } = claimant;
  const common = [workerId, context.leaseSeconds, classes, inputs];
  const statement =
    jobId === undefined
      ? { ...claimNext, values: common }
      : { ...claimById, values: [...common, jobId] };
  const row = await context.db.tx((client) => take(client, claimant, statement));
  if (!row) return undefined;
  context.metrics.attemptsStarted.inc();
  context.notifier.jobChanged(row.id);
  const profileDefinition = row.profile_definition ?? context.profiles.get(row.profile);
  return {
    jobId: row.id,
    attempt: row.attempt,
    kind: row.kind,
    profile: row.profile,
    ...(profileDefinition && { profileDefinition }),
    leaseSeconds: context.leaseSeconds,
    heartbeatSeconds: context.heartbeatSeconds,
    source: await sourceOf(context, row),
    requestId: row.request_id,
  };
}
