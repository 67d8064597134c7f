import type { JobClass, JobKind } from "@framewright/contracts/job.ts";
import type { Edit } from "@framewright/contracts/edit.ts";
import type { InputKind } from "@framewright/contracts/job-input.ts";
import type { Profile, ProfileName } from "@framewright/contracts/profile.ts";
import type { Lease, StoreSide } from "@framewright/contracts/worker-api.ts";
import { addPastSpan, describeSpan } from "@framewright/runtime/tracing/tracing.ts";
import type { Queryable } from "../backends/db.ts";
import { addEvent, removeFromOutbox, type EngineContext } from "./context.ts";
import { failAttempt } from "./finish.ts";
import { leasedSource, type LeasedSource } from "./lease-source.ts";
import { leasedEdit } from "./edit-inputs.ts";
import { park, swapMessages } from "./limited.ts";

export interface Claimant {
  readonly workerId: string;
  readonly workerName: string;
  readonly classes: readonly JobClass[];
  readonly inputs: readonly InputKind[];
  readonly features: readonly string[];
  readonly store: StoreSide;
  readonly version: string;
}

interface ClaimedRow extends LeasedSource {
  readonly attempt: number;
  readonly class: JobClass;
  /** Since it could have been claimed. */
  readonly waited_seconds: number;
  readonly kind: JobKind;
  readonly profile: ProfileName;
  /** Null in the rows of the version before. */
  readonly profile_definition: Profile | null;
  readonly edit: Edit | null;
  readonly request_id: string;
  readonly max_running: number | null;
  /** Where its submission was recorded. */
  readonly traceparent: string | null;
}

const isDue = "available_at <= now() AND (deadline IS NULL OR deadline > now())";
const claimable = `state = 'queued' AND ${isDue} AND class = ANY($3)
    AND CASE WHEN source_url IS NULL THEN 'upload' ELSE 'url' END = ANY($4) AND needs <@ $5`;

/**
 * Projects take turns: first the one that runs fewest jobs, of equals the one that was served longest ago; one at its quota
 * waits. They are few, and each costs one look into an index, however many jobs wait. The nested loop keeps their
 * order and stops at the first that has a job, which is the only one that is locked.
 */
const inTurn = (jobOfTurn: string) => `SELECT next.id, next.upload_id, turn.project_id FROM (
    SELECT u.project_id FROM project_use u JOIN projects p ON p.id = u.project_id
    WHERE u.queued > 0 AND (p.max_running IS NULL OR u.running < p.max_running)
    ORDER BY u.running, u.claimed_at NULLS FIRST, u.project_id) AS turn
  CROSS JOIN LATERAL (${jobOfTurn}) AS next LIMIT 1`;

// 'high' sorts before 'normal'; ids sort by age, so that lost work goes before what came later.
const oldestOfTurn = (more: string) => `SELECT id, upload_id FROM jobs
  WHERE project_id = turn.project_id AND ${claimable} ${more}
  ORDER BY priority, id LIMIT 1 FOR UPDATE SKIP LOCKED`;
const classOfNamed = `AND class = (
    SELECT class FROM jobs WHERE id = $6 AND (state <> 'queued' OR (${isDue})))`;
const selectNext = inTurn(oldestOfTurn(""));
/**
 * The job that the message names where its project is next, or else the oldest of that project and the same class: each
 * message stands for one job that waits in its class, not for a certain one. A named job that is not due has its message
 * still to come.
 */
const selectFor = inTurn(`
  SELECT id, upload_id FROM (
    SELECT id, upload_id FROM jobs WHERE id = $6 AND project_id = turn.project_id AND ${claimable}
    FOR UPDATE SKIP LOCKED) AS named
  UNION ALL
  SELECT id, upload_id FROM (${oldestOfTurn(classOfNamed)}) AS oldest`);

const claimSql = (select: string) => `
  WITH taken AS (${select})
  UPDATE jobs SET state = 'running', attempt = attempt + 1, lease_owner = $1,
    lease_until = now() + make_interval(secs => $2), progress = NULL,
    started_at = coalesce(started_at, now())
  FROM taken JOIN projects ON projects.id = taken.project_id
    LEFT JOIN uploads ON uploads.id = taken.upload_id
  WHERE jobs.id = taken.id
  RETURNING jobs.id, jobs.attempt, jobs.class, jobs.kind,
    extract(epoch FROM now() - jobs.available_at)::float8 AS waited_seconds, jobs.profile, jobs.profile_definition, jobs.edit, jobs.request_id, jobs.traceparent,
    jobs.project_id, projects.max_running, jobs.source_url, jobs.source_job, jobs.source_output,
    jobs.source_recording, jobs.source_bucket, jobs.source_key, uploads.object_key, uploads.size_bytes`;

const claimFor = { name: "claim-for", text: claimSql(selectFor) };
const claimNext = { name: "claim-next", text: claimSql(selectNext) };

/** Another claim took the last place of the project at the same moment: its row of use has it now. */
class OverQuota extends Error {}
const claimTries = 3;

/** The worker was drained, revoked or replaced since its key was looked up. */
class Dismissed extends Error {}

/** The row of the attempt is written for a worker that may work, whose row no revocation changes until the commit. */
async function insertAttempt(
  client: Queryable,
  row: ClaimedRow,
  { workerId, workerName }: Claimant,
): Promise<void> {
  const { rowCount } = await client.query({
    name: "insert-attempt",
    text: `INSERT INTO attempts (job_id, number, worker_id, worker_name)
           SELECT $1, $2, id, $4 FROM workers
           WHERE id = $3 AND drain_requested_at IS NULL AND revoked_at IS NULL AND ended_at IS NULL`,
    values: [row.id, row.attempt, workerId, workerName],
  });
  if (rowCount !== 1) throw new Dismissed();
}

async function requirePlace(client: Queryable, row: ClaimedRow): Promise<void> {
  if (row.max_running === null) return;
  const { rows } = await client.query<{ running: number }>({
    name: "running-of-project",
    text: "SELECT running FROM project_use WHERE project_id = $1",
    values: [row.project_id],
  });
  if ((rows[0]?.running ?? 0) > row.max_running) throw new OverQuota();
}

async function take(
  client: Queryable,
  claimant: Claimant,
  { values, jobId }: { readonly values: readonly unknown[]; readonly jobId: string | undefined },
): Promise<ClaimedRow | undefined> {
  const statement =
    jobId === undefined
      ? { ...claimNext, values: [...values] }
      : { ...claimFor, values: [...values, jobId] };
  const { rows } = await client.query<ClaimedRow>(statement);
  const [row] = rows;
  if (!row) {
    if (jobId !== undefined) await park(client, jobId);
    return undefined;
  }
  await requirePlace(client, row);
  await insertAttempt(client, row, claimant);
  if (jobId !== undefined && jobId !== row.id) await swapMessages(client, jobId, row.id);
  await removeFromOutbox(client, row.id);
  await addEvent(client, { jobId: row.id, type: "running", attempt: row.attempt });
  return row;
}

async function takeOnce(
  context: EngineContext,
  claimant: Claimant,
  jobId: string | undefined,
): Promise<ClaimedRow | undefined> {
  const { workerId, classes, inputs, features } = claimant;
  const values = [workerId, context.leaseSeconds, classes, inputs, features];
  for (let tries = 1; ; tries++) {
    try {
      return await context.db.tx((client) => take(client, claimant, { values, jobId }));
    } catch (error) {
      if (error instanceof Dismissed) return undefined;
      if (!(error instanceof OverQuota)) throw error;
      if (tries === claimTries) return undefined;
    }
  }
}

/** The time in the queue is nobody's work: its span is made where its end becomes known. */
function traceClaim(row: ClaimedRow, { workerName }: Claimant): void {
  const { id, attempt, traceparent: parent } = row;
  const facts = { "job.id": id, "job.attempt": attempt, "worker.name": workerName };
  describeSpan(facts);
  if (parent === null) return;
  const from = new Date(Date.now() - row.waited_seconds * 1000);
  addPastSpan("wait in the queue", { parent, from, facts });
}

/** Gives the worker a lease on the job whose turn it is (`jobId`: for whose message); undefined when there is none. */
export async function claimJob(
  context: EngineContext,
  claimant: Claimant,
  jobId?: string,
): Promise<Lease | undefined> {
  const row = await takeOnce(context, claimant, jobId);
  if (!row) return undefined;
  context.metrics.attemptsStarted.inc();
  context.metrics.queueDuration.observe({ class: row.class }, row.waited_seconds);
  context.notifier.jobChanged(row.id);
  traceClaim(row, claimant);
  const found = await leasedSource(context, row, claimant.store);
  if ("error" in found) {
    const ref = { jobId: row.id, attempt: row.attempt, workerId: claimant.workerId };
    await failAttempt(context, ref, found.error);
    return undefined;
  }
  const profileDefinition = row.profile_definition ?? context.profiles.get(row.profile);
  return {
    jobId: row.id,
    attempt: row.attempt,
    kind: row.kind,
    profile: row.profile,
    ...(profileDefinition && { profileDefinition }),
    ...(row.edit && {
      edit: await leasedEdit(context, { id: row.id, edit: row.edit }, claimant.store),
    }),
    leaseSeconds: context.leaseSeconds,
    heartbeatSeconds: context.heartbeatSeconds,
    source: found.source,
    requestId: row.request_id,
    ...(row.traceparent !== null && { traceparent: row.traceparent }),
  };
}
