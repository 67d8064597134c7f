import type { ErrorKind, JobError, JobState, SourceInfo } from "@framewright/contracts/job.ts";
import type { AttemptOutcome } from "@framewright/contracts/client-api.ts";
import type { FailRequest } from "@framewright/contracts/worker-api.ts";
import type { QueueMessage } from "../backends/broker.ts";
import type { Queryable } from "../backends/db.ts";
import { addEvent, addToOutbox } from "./context.ts";
import { lockedColumns, type LockedJob, type StoredUsage } from "./rows.ts";
import { decide, verdicts, type Decision, type FailureKind } from "./verdicts.ts";

/** An attempt as its worker names it; only the current one of a running job may write. */
export interface AttemptRef {
  readonly jobId: string;
  readonly attempt: number;
  readonly workerId: string;
}

/** Locks the job if this attempt still owns it; undefined means lost. */
export async function lockAttempt(
  client: Queryable,
  ref: AttemptRef,
): Promise<LockedJob | undefined> {
  const { rows } = await client.query<LockedJob>({
    name: "lock-attempt",
    text: `SELECT ${lockedColumns} FROM jobs
           WHERE id = $1 AND attempt = $2 AND lease_owner = $3 AND state = 'running' FOR UPDATE`,
    values: [ref.jobId, ref.attempt, ref.workerId],
  });
  return rows[0];
}

export interface AttemptEnd {
  readonly kind: FailureKind;
  /** What the attempt's record shows when the job is not cancelled. */
  readonly outcome: AttemptOutcome;
  readonly error?: JobError;
  /** What the attempt found in the file before it failed. */
  readonly source?: SourceInfo | undefined;
  readonly usage?: StoredUsage | undefined;
}

export interface Settlement {
  readonly jobId: string;
  readonly state: JobState;
  readonly message?: QueueMessage | undefined;
  /** A project that may now run one more of its jobs. */
  readonly limitedProject?: string;
  /** The job as it was when its attempt ended. */
  readonly job: Pick<LockedJob, "class" | "age_seconds" | "run_seconds">;
  /** Whose fault a failure was. */
  readonly kind?: ErrorKind | undefined;
  /** Length of what was made of it. */
  readonly mediaSeconds?: number;
}

/** The part of a settlement that every end of an attempt has. */
export function settled(job: LockedJob, state: JobState): Settlement {
  const { id, limited_project: limited } = job;
  return { jobId: id, state, job, ...(limited !== null && { limitedProject: limited }) };
}

interface ClosedAttempt {
  readonly outcome: AttemptOutcome;
  readonly report?: Omit<FailRequest, "usage"> | undefined;
  readonly usage?: StoredUsage | undefined;
}

export async function closeAttempt(
  client: Queryable,
  job: LockedJob,
  { outcome, report, usage }: ClosedAttempt,
): Promise<void> {
  await client.query({
    name: "close-attempt",
    text: `UPDATE attempts SET outcome = $3, error = $4, usage = $5, finished_at = now()
           WHERE job_id = $1 AND number = $2 AND outcome = 'running'`,
    values: [job.id, job.attempt, outcome, report ?? null, usage ?? null],
  });
}

async function endJob(
  client: Queryable,
  job: LockedJob,
  decision: Exclude<Decision, { state: "queued" }>,
  error: JobError | undefined,
): Promise<Settlement> {
  const { state } = decision;
  await client.query({
    name: "end-job",
    text: `UPDATE jobs SET state = $2, lease_owner = NULL, lease_until = NULL, progress = NULL,
             error = $3, failures = $4, finished_at = now() WHERE id = $1`,
    values: [
      job.id,
      state,
      state === "failed" ? error : null,
      state === "failed" ? decision.failures : job.failures,
    ],
  });
  await addEvent(client, { jobId: job.id, type: state, attempt: job.attempt, error });
  return { ...settled(job, state), kind: error?.kind };
}

async function requeue(
  client: Queryable,
  job: LockedJob,
  decision: Extract<Decision, { state: "queued" }>,
  { kind, error }: Pick<AttemptEnd, "kind" | "error">,
): Promise<Settlement> {
  await client.query({
    name: "requeue-job",
    text: `UPDATE jobs SET state = 'queued', lease_owner = NULL, lease_until = NULL, progress = NULL,
             failures = $2, available_at = now() + make_interval(secs => $3) WHERE id = $1`,
    values: [job.id, decision.failures, decision.delayMs / 1000],
  });
  await addEvent(client, { jobId: job.id, type: "requeued", attempt: job.attempt, error });
  const message = await addToOutbox(client, {
    jobId: job.id,
    jobClass: job.class,
    priority: verdicts[kind].goesFirst ? "high" : job.priority,
    delayMs: decision.delayMs,
  });
  return { ...settled(job, "queued"), message };
}

/** What becomes of a job whose attempt ended without a result, written in the caller's transaction. */
export async function endAttempt(
  client: Queryable,
  job: LockedJob,
  end: AttemptEnd,
): Promise<Settlement> {
  const decision = decide({
    kind: end.kind,
    failures: job.failures,
    cancelRequested: job.cancel_requested,
    jitter: Math.random(),
  });
  const cancelled = decision.state === "cancelled";
  const error = cancelled ? undefined : end.error;
  const report = error && { ...error, ...(end.source && { source: end.source }) };
  const outcome = cancelled ? "cancelled" : end.outcome;
  await closeAttempt(client, job, { outcome, report, usage: end.usage });
  return decision.state === "queued"
    ? requeue(client, job, decision, end)
    : endJob(client, job, decision, error);
}
