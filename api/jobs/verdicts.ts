import type { ErrorKind, JobError } from "@framewright/contracts/job.ts";

/** How an attempt can end without a result; `lost` is a worker that fell silent. */
export type FailureKind = ErrorKind | "lost";

interface Verdict {
  /** The job fails at this many ends of this kind; "never" does not count them. */
  readonly failsAt: number | "never";
  /** Wait before the next attempt, doubled with every counted end. */
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
  /** The next attempt goes before the jobs that wait: its client has waited for one already. */
  readonly goesFirst: boolean;
}

/** Whose fault it was decides what happens to the job. */
export const verdicts = {
  // The media is at fault: no other attempt can end differently.
  input: { failsAt: 1, firstDelayMs: 0, maxDelayMs: 0, goesFirst: false },
  // Storage, network, a busy device: three attempts in all.
  transient: { failsAt: 3, firstDelayMs: 5_000, maxDelayMs: 60_000, goesFirst: false },
  // Drain or spot reclaim: nobody's fault, so at once and without counting.
  preempted: { failsAt: "never", firstDelayMs: 0, maxDelayMs: 0, goesFirst: true },
  // Ours, or unknown: one more try, as it may be the machine.
  defect: { failsAt: 2, firstDelayMs: 1_000, maxDelayMs: 1_000, goesFirst: false },
  // Killed or cut off. More patience than for errors, as machines die in groups, but a job
  // that kills its workers must end. The lease has already been waited for.
  lost: { failsAt: 5, firstDelayMs: 0, maxDelayMs: 0, goesFirst: true },
} satisfies Record<FailureKind, Verdict>;

/** Counted ends so far, by kind. */
export type Failures = Partial<Record<FailureKind, number>>;

export type Decision =
  | { readonly state: "cancelled" }
  | { readonly state: "failed"; readonly failures: Failures }
  | { readonly state: "queued"; readonly delayMs: number; readonly failures: Failures };

export interface EndedAttempt {
  readonly kind: FailureKind;
  readonly failures: Failures;
  readonly cancelRequested: boolean;
  /** 0 to 1; spreads retries over half to the whole of the delay. */
  readonly jitter: number;
}

/** What becomes of a job whose attempt ended without a result. */
export function decide(end: EndedAttempt): Decision {
  if (end.cancelRequested) return { state: "cancelled" };
  const verdict: Verdict = verdicts[end.kind];
  if (verdict.failsAt === "never") {
    return { state: "queued", delayMs: verdict.firstDelayMs, failures: end.failures };
  }
  const count = (end.failures[end.kind] ?? 0) + 1;
  const failures = { ...end.failures, [end.kind]: count };
  if (count >= verdict.failsAt) return { state: "failed", failures };
  const ceilingMs = Math.min(verdict.firstDelayMs * 2 ** (count - 1), verdict.maxDelayMs);
  return { state: "queued", delayMs: Math.round(ceilingMs * (0.5 + end.jitter / 2)), failures };
}

/**
 * What is said of an attempt that its worker left. One worker may have died of anything; what ends every worker that takes
 * the job is its file.
 */
export function lostError(
  { failures }: { readonly failures: Failures },
  how: Pick<JobError, "code" | "message">,
): JobError {
  const lost = (failures.lost ?? 0) + 1;
  if (lost < verdicts.lost.failsAt) return { kind: "transient", ...how };
  const message = `${lost} workers were lost with this file`;
  return { kind: "input", code: "workers-lost", message };
}
