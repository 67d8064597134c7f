import type { RunningJob } from "./run-job.ts";

/** Below this share no estimate is made: too little has been seen. */
const minPercent = 10;

/** Milliseconds until a job ends if it goes on as it has; unknown early on. */
export function remainingMs(percent: number, elapsedMs: number): number {
  if (percent < minPercent) return Number.POSITIVE_INFINITY;
  return (elapsedMs * (100 - percent)) / percent;
}

/** Resolves when all jobs have ended, also those that were claimed before the drain and began after it. */
export async function allEnded(jobs: ReadonlySet<RunningJob>): Promise<void> {
  const seen = new Set<RunningJob>();
  for (;;) {
    const others = [...jobs].filter((job) => !seen.has(job));
    if (others.length === 0) return;
    for (const job of others) seen.add(job);
    await Promise.all(others.map((job) => job.done));
  }
}

/**
 * Finishes what will end within the grace, hands the rest back at once, and hands back at the
 * end of the grace what has not ended after all.
 */
export async function drainJobs(jobs: ReadonlySet<RunningJob>, graceMs: number): Promise<void> {
  const now = performance.now();
  const handBackMs = Math.min(3000, graceMs / 2);
  const finishing = [...jobs].filter((job) => {
    const left = remainingMs(job.keeper.progress.percent, now - job.startedAt);
    if (left > graceMs - handBackMs) job.keeper.stopFor("draining");
    return left <= graceMs - handBackMs;
  });
  const timer = setTimeout(() => {
    for (const job of finishing) job.keeper.stopFor("draining");
  }, graceMs - handBackMs);
  try {
    await allEnded(jobs);
  } finally {
    clearTimeout(timer);
  }
}
