import type { MediaLength, Metrics } from "../metrics.ts";
import type { Settlement } from "./settle.ts";

const minute = 60;
const hour = 60 * minute;

export function lengthOf(mediaSeconds: number): MediaLength {
  if (mediaSeconds <= 10 * minute) return "up-to-10m";
  return mediaSeconds <= hour ? "up-to-1h" : "longer";
}

type JobMetrics = Pick<Metrics, "attemptsEnded" | "jobsEnded" | "jobDuration" | "timeToPlayable">;

/** Counts the end of an attempt, and that of its job if the job ended with it. */
export function countSettlement(metrics: JobMetrics, settlement: Settlement): void {
  const { state, job, kind = "", mediaSeconds } = settlement;
  metrics.attemptsEnded.inc({ state });
  if (state === "queued") return;
  metrics.jobsEnded.inc({ state, class: job.class, kind });
  if (mediaSeconds === undefined) return;
  metrics.jobDuration.observe({ class: job.class }, job.run_seconds);
  metrics.timeToPlayable.observe({ length: lengthOf(mediaSeconds) }, job.age_seconds);
}
