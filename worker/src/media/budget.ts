import type { Tier } from "@framewright/contracts/job.ts";
import { JobFailure } from "../failure.ts";
import type { Work } from "@framewright/media/work.ts";

/** How long the encode of one job may take, on its slot alone. */
export interface WorkLimits {
  /** However small the file is. */
  readonly freeSeconds: number;
  /** For each million bytes of the file, beside that. */
  readonly secondsPerMegabyte: number;
  /** However large the file is, by what the largest rendition may be. */
  readonly maxSeconds: Readonly<Record<Tier, number>>;
}

/** Seconds that the encode of such a file may take. */
export function allowedSeconds(limits: WorkLimits, tier: Tier, sizeBytes: number): number {
  const earned = limits.freeSeconds + (sizeBytes / 1e6) * limits.secondsPerMegabyte;
  return Math.min(earned, limits.maxSeconds[tier]);
}

function inWords(seconds: number): string {
  if (seconds < 120) return `${Math.ceil(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} minutes` : `${(seconds / 3600).toFixed(1)} hours`;
}

export interface Budget {
  readonly work: Work;
  readonly allowedSeconds: number;
  readonly sizeBytes: number;
}

function tooMuch(lead: string, { work, ...budget }: Budget): JobFailure {
  const size = (budget.sizeBytes / 1e6).toFixed(budget.sizeBytes < 1e7 ? 2 : 0);
  const note =
    `${lead}: the result has ${work.pictures} pictures, all sizes together. A file of ${size} MB may take ` +
    `${inWords(budget.allowedSeconds)} of this profile. Send a shorter film, or choose a smaller profile; ` +
    "who runs the platform can raise limits.encode of its config.";
  return new JobFailure("too-much-work", { note });
}

/** Throws where the encode is expected to take longer than allowed. */
export function checkWork(budget: Budget): void {
  const { work, allowedSeconds: allowed } = budget;
  if (work.seconds <= allowed) return;
  throw tooMuch(`Encoding would take about ${inWords(work.seconds)}`, budget);
}

/** A machine that does other work beside may need so many times what is allowed. */
const patience = 2;

/** When an encode is ended, in milliseconds from its start, and as what. */
export function encodeDeadline(budget: Budget): {
  readonly ms: number;
  readonly failure: JobFailure;
} {
  const seconds = budget.allowedSeconds * patience;
  const failure = tooMuch(`Encoding was ended after ${inWords(seconds)}`, budget);
  return { ms: seconds * 1000, failure };
}
