import { JobFailure } from "../failure.ts";
import type { Work } from "@framewright/media/work.ts";

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
