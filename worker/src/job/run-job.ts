import type { JobResult } from "@framewright/contracts/job.ts";
import type { Lease } from "@framewright/contracts/worker-api.ts";
import { ApiUnreachable } from "../agent/http.ts";
import { LeaseKeeper } from "../agent/lease-keeper.ts";
import { retry } from "@framewright/runtime/retry.ts";
import type { WorkerApi } from "../agent/worker-api.ts";
import { redact } from "../public-text.ts";
import type { Logger } from "@framewright/runtime/log.ts";
import type { SpanOptions } from "@framewright/runtime/tracing/span-backend.ts";
import { describeSpan, inSpan } from "@framewright/runtime/tracing/tracing.ts";
import type { Metrics } from "../ops/metrics.ts";
import { usedBytes, withTempDir } from "../ops/scratch.ts";
import { watchScratch } from "../ops/scratch-watch.ts";
import type { Attempt, JobSettings } from "./attempt.ts";
import { UsageMeter } from "./usage-meter.ts";
import { sizeOfTracks } from "./join-tracks.ts";
import { Stopped, toFailure, toJobError, type JobFailure, type StopReason } from "../failure.ts";

export interface JobRunnerArgs {
  readonly api: WorkerApi;
  readonly settings: JobSettings;
  readonly metrics: Metrics;
  readonly log: Logger;
  /** Makes the result of one attempt, which the runner then reports. */
  readonly makeResult: (attempt: Attempt) => Promise<JobResult>;
}

export type Outcome = "succeeded" | "failed" | StopReason;

/** A job under way, as the drain sees it. */
export interface RunningJob {
  readonly lease: Lease;
  readonly keeper: LeaseKeeper;
  readonly startedAt: number;
  readonly done: Promise<Outcome>;
}

/** Reports an end until the API has taken it, or the lease is over and nobody waits for it. */
async function settle(
  attempt: Pick<Attempt, "lease" | "log">,
  call: () => Promise<boolean>,
): Promise<boolean> {
  const signal = AbortSignal.timeout(attempt.lease.leaseSeconds * 1000);
  try {
    return await retry(call, {
      signal,
      attempts: Number.POSITIVE_INFINITY,
      firstMs: 300,
      limitMs: 5000,
      retryable: (error) => error instanceof ApiUnreachable,
      onRetry: (error) => {
        attempt.log.warn({ err: error }, "the end of the attempt could not be reported yet");
      },
    });
  } catch (error) {
    if (!signal.aborted) throw error;
    return false;
  }
}

async function settleError(attempt: Attempt, error: unknown): Promise<Outcome> {
  const { api, lease, log, metrics } = attempt;
  const usage = attempt.usage.report();
  if (error instanceof Stopped) {
    describeSpan({ "job.stopped": error.reason });
    log.info({ reason: error.reason }, "attempt stopped");
    if (error.reason === "lost") return "lost";
    const { reason } = error;
    const taken = await settle(attempt, () => api.release(lease, reason, usage));
    return taken ? reason : "lost";
  }
  const failure = toFailure(error);
  const level = failure.kind === "defect" ? "error" : "warn";
  describeSpan({ "error.type": failure.code, "job.failure": failure.kind });
  log[level](
    { err: failure, code: failure.code, kind: failure.kind, ...failure.evidence },
    "attempt failed",
  );
  const report = { ...toJobError(failure), ...attempt.observed, usage };
  const taken = await settle(attempt, () => api.fail(lease, report));
  if (taken) metrics.jobs.inc({ outcome: "failed", kind: failure.kind, code: failure.code });
  return taken ? "failed" : "lost";
}

async function work(attempt: Attempt, makeResult: JobRunnerArgs["makeResult"]): Promise<Outcome> {
  const { api, keeper, lease, log } = attempt;
  try {
    const made = await makeResult(attempt);
    const result = { ...made, usage: attempt.usage.report() };
    keeper.assertHeld();
    const taken = await settle(attempt, () => api.complete(lease, result));
    log.info({ taken, timings: result.timings }, "attempt complete");
    return taken ? "succeeded" : "lost";
  } catch (error) {
    return await settleError(attempt, error);
  }
}

/** Works, and ends the job before its volume is so full that the whole pod is evicted. */
async function workWatched(
  attempt: Attempt,
  makeResult: JobRunnerArgs["makeResult"],
): Promise<Outcome> {
  const { settings, dir, keeper, metrics, log } = attempt;
  const ended = new AbortController();
  const args = {
    ...{ space: settings.scratch, dir },
    onLook: (bytes: number) => {
      metrics.scratch.set(bytes);
    },
    onFull: (failure: JobFailure) => {
      keeper.failWith(failure);
    },
  };
  const watching = watchScratch(args, ended.signal).catch((error: unknown) => {
    log.error({ err: error }, "the scratch volume could not be watched");
  });
  try {
    return await work(attempt, makeResult);
  } finally {
    ended.abort();
    await watching;
  }
}

/** What the log may have of a source: the query of a URL is a secret. */
function sourceFacts({ source }: Lease) {
  if ("externalUrl" in source) return { source: redact(source.externalUrl) };
  return { sizeBytes: "tracks" in source ? sizeOfTracks(source.tracks) : source.sizeBytes };
}

/** A job whose submission was recorded goes on in its trace, whichever attempt this is. */
function spanOf({ jobId, attempt, kind, profile, traceparent: parent }: Lease): SpanOptions {
  const facts = { "job.id": jobId, "job.attempt": attempt, "job.kind": kind };
  return { kind: "consumer", parent, facts: { ...facts, "job.profile": profile } };
}

/** Starts work on a claimed job; `done` never rejects. */
export function startJob(args: JobRunnerArgs, lease: Lease): RunningJob {
  const { jobId, attempt: number, requestId } = lease;
  const log = args.log.child({ job_id: jobId, attempt: number, request_id: requestId });
  const keeper = new LeaseKeeper({ lease, api: args.api, log });
  const run = async (): Promise<Outcome> => {
    keeper.start();
    args.metrics.running.inc();
    log.info({ profile: lease.profile, ...sourceFacts(lease) }, "attempt started");
    const usage = new UsageMeter();
    const tools = usage.watch(args.settings.tools, args.settings.encoder.accel);
    const own = { ...args, settings: { ...args.settings, tools }, lease, keeper, log, usage };
    try {
      return await inSpan("attempt", spanOf(lease), () =>
        withTempDir(args.settings.scratch.workDir, (dir) =>
          workWatched({ ...own, dir, observed: {} }, args.makeResult),
        ),
      );
    } catch (error) {
      // The API can get no more reports: its lease runs out and the job goes elsewhere.
      log.error({ err: error }, "the attempt could not be settled");
      return "lost";
    } finally {
      args.metrics.running.dec();
      args.metrics.scratch.set(await usedBytes(args.settings.scratch.workDir).catch(() => 0));
      await keeper.end();
    }
  };
  const done = run().then((outcome) => {
    if (outcome !== "failed") args.metrics.jobs.inc({ outcome, kind: "", code: "" });
    return outcome;
  });
  return { lease, keeper, startedAt: performance.now(), done };
}
