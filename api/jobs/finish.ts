import type { JobKind, JobResult, JobState } from "@framewright/contracts/job.ts";
import type { AttemptOutcome } from "@framewright/contracts/client-api.ts";
import { defaultOutputs, type Outputs } from "@framewright/contracts/outputs.ts";
import type { Usage } from "@framewright/contracts/usage.ts";
import type { FailRequest } from "@framewright/contracts/worker-api.ts";
import type { Queryable } from "../backends/db.ts";
import { AppError } from "../errors.ts";
import { missingOutputs } from "../results/check-outputs.ts";
import { inspectors } from "../results/inspectors.ts";
import { addEvent, type EngineContext } from "./context.ts";
import { storedUsage } from "./cost.ts";
import { countSettlement } from "./job-figures.ts";
import { afterSettlement } from "./limited.ts";
import { attemptPrefix, type LockedJob, type StoredUsage } from "./rows.ts";
import { storeTranscript, summaryOf } from "./transcripts.ts";
import {
  closeAttempt,
  endAttempt,
  lockAttempt,
  settled,
  type AttemptEnd,
  type AttemptRef,
  type Settlement,
} from "./settle.ts";

function lost({ jobId, attempt }: AttemptRef): AppError {
  return new AppError(
    "attempt-lost",
    `Attempt ${attempt} of job ${jobId} no longer owns the job; stop it and write nothing more`,
  );
}

/**
 * The answer to a call whose first answer got lost: the attempt is closed already, by the same
 * worker and in the way that the call asks for. Undefined: really lost.
 */
async function settledEarlier(
  client: Queryable,
  ref: AttemptRef,
  outcomes: readonly AttemptOutcome[],
): Promise<JobState | undefined> {
  const { rows } = await client.query<{ state: JobState }>({
    name: "settled-earlier",
    text: `SELECT j.state FROM attempts a JOIN jobs j ON j.id = a.job_id
           WHERE a.job_id = $1 AND a.number = $2 AND a.worker_id = $3 AND a.outcome = ANY($4)`,
    values: [ref.jobId, ref.attempt, ref.workerId, outcomes],
  });
  return rows[0]?.state;
}

interface Finish {
  readonly ref: AttemptRef;
  /** Ways in which an earlier, identical call may have closed the attempt. */
  readonly repeatable: readonly AttemptOutcome[];
  readonly apply: (client: Queryable, job: LockedJob) => Promise<Settlement>;
}

async function finish(context: EngineContext, call: Finish): Promise<JobState> {
  const { ref } = call;
  const settlement = await context.db.tx(async (client): Promise<Settlement | JobState> => {
    const job = await lockAttempt(client, ref);
    if (job) return call.apply(client, job);
    const earlier = await settledEarlier(client, ref, call.repeatable);
    if (earlier === undefined) throw lost(ref);
    return earlier;
  });
  if (typeof settlement === "string") return settlement;
  countSettlement(context.metrics, settlement);
  await afterSettlement(context, settlement);
  return settlement.state;
}

interface Measured {
  readonly result: Omit<JobResult, "usage">;
  readonly usage: StoredUsage | undefined;
}

/** The usage with what it costs now; nothing of a worker of the version before. */
function priced({ prices }: EngineContext, usage: Usage | undefined): StoredUsage | undefined {
  return usage && storedUsage(usage, prices);
}

/** The guarded pointer write: the one place where a job becomes playable. */
async function publish(
  client: Queryable,
  job: LockedJob,
  { result, usage }: Measured,
): Promise<Settlement> {
  const { dub, ...rest } = result;
  const stored = { ...rest, ...(dub && { dub: summaryOf(dub) }) };
  const { rowCount } = await client.query({
    name: "publish-job",
    text: `UPDATE jobs SET state = 'succeeded', published_attempt = attempt, result = $3,
             lease_owner = NULL, lease_until = NULL, progress = NULL, finished_at = now()
           WHERE id = $1 AND attempt = $2 AND state = 'running' AND published_attempt IS NULL`,
    values: [job.id, job.attempt, stored],
  });
  if (rowCount !== 1) throw new Error(`job ${job.id} changed although its row was locked`);
  if (dub) await storeTranscript(client, job.id, dub.lines);
  await closeAttempt(client, job, { outcome: "succeeded", usage });
  await addEvent(client, { jobId: job.id, type: "succeeded", attempt: job.attempt });
  return { ...settled(job, "succeeded"), mediaSeconds: result.durationSeconds };
}

const cancelledEnd: AttemptEnd = { kind: "preempted", outcome: "cancelled" };

interface OwnedJob {
  readonly kind: JobKind;
  /** Null where HLS is all. */
  readonly outputs: Outputs | null;
  /** Whether the dub is to have a file in which lips move with it. */
  readonly lipSync: boolean;
}

function wantedOf({ outputs, lipSync }: OwnedJob): Readonly<Record<string, unknown>> {
  return { ...(outputs ?? defaultOutputs), ...(lipSync && { lipSync }) };
}

/** The job if the attempt owns it now, without a lock: saves work for one that is lost anyway. */
async function ownedJob(db: Queryable, ref: AttemptRef): Promise<OwnedJob | undefined> {
  const { rows } = await db.query<OwnedJob>({
    name: "owns-job",
    text: `SELECT kind, profile_definition #> '{packaging,outputs}' AS outputs,
             coalesce((edit #> '{dub,lipSync}')::boolean, false) AS "lipSync" FROM jobs
           WHERE id = $1 AND attempt = $2 AND lease_owner = $3 AND state = 'running'`,
    values: [ref.jobId, ref.attempt, ref.workerId],
  });
  return rows[0];
}

export async function requireOwner(db: Queryable, ref: AttemptRef): Promise<void> {
  if ((await ownedJob(db, ref)) === undefined) throw lost(ref);
}

/** Ends an attempt whose worker reports what is not there: nothing of it is published. */
async function refuse(
  context: EngineContext,
  ref: AttemptRef,
  {
    problems,
    usage,
  }: { readonly problems: readonly string[]; readonly usage: StoredUsage | undefined },
): Promise<JobState> {
  const message = `The result was refused: ${problems.slice(0, 3).join("; ")}`.slice(0, 2000);
  const error = { kind: "defect", code: "result-invalid", message } as const;
  const state = await finish(context, {
    ref,
    repeatable: ["cancelled"],
    apply: (client, job) =>
      endAttempt(client, job, { kind: "defect", outcome: "failed", error, usage }),
  });
  if (state === "cancelled") return state;
  context.log.error({ ...ref, problems: problems.slice(0, 20) }, "result refused");
  throw new AppError("result-refused", message);
}

/** Publishes the attempt, after a look into the store of our own. A cancelled job ends as cancelled. */
export async function completeAttempt(
  context: EngineContext,
  ref: AttemptRef,
  { usage: spent, ...result }: JobResult,
): Promise<JobState> {
  const usage = priced(context, spent);
  const owned = await ownedJob(context.db, ref);
  if (owned) {
    const prefix = attemptPrefix(ref.jobId, ref.attempt);
    const problems = [
      ...missingOutputs(wantedOf(owned), result),
      ...(await inspectors[owned.kind](context.store, prefix, result)),
    ];
    if (problems.length > 0) return refuse(context, ref, { problems, usage });
  }
  return finish(context, {
    ref,
    repeatable: ["succeeded", "cancelled"],
    apply: (client, job) =>
      job.cancel_requested
        ? endAttempt(client, job, { ...cancelledEnd, usage })
        : publish(client, job, { result, usage }),
  });
}

export function failAttempt(
  context: EngineContext,
  ref: AttemptRef,
  { source, usage: spent, ...error }: FailRequest,
): Promise<JobState> {
  const usage = priced(context, spent);
  return finish(context, {
    ref,
    repeatable: ["failed", "cancelled"],
    apply: (client, job) =>
      endAttempt(client, job, { kind: error.kind, outcome: "failed", error, source, usage }),
  });
}

/** Hands the job back without fault: for another worker, or for good when a cancel was asked for. */
export function releaseAttempt(
  context: EngineContext,
  ref: AttemptRef,
  spent?: Usage,
): Promise<JobState> {
  const usage = priced(context, spent);
  return finish(context, {
    ref,
    repeatable: ["released", "cancelled"],
    apply: (client, job) =>
      endAttempt(client, job, { kind: "preempted", outcome: "released", usage }),
  });
}
