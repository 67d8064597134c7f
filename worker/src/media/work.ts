import type { Accel, Tier } from "@framewright/contracts/job.ts";
import { JobFailure } from "../failure.ts";
import type { Plan } from "./plan.ts";
import { toNumber } from "./rational.ts";
import type { Source } from "./source.ts";

/** How long the encode of one job may take, on its slot alone. */
export interface WorkLimits {
  /** However small the file is. */
  readonly freeSeconds: number;
  /** For each million bytes of the file, beside that. */
  readonly secondsPerMegabyte: number;
  /** However large the file is, by what the largest rendition may be. */
  readonly maxSeconds: Readonly<Record<Tier, number>>;
}

/** What an encode is expected to be. */
export interface Work {
  /** Pictures of the result, of all sizes together. */
  readonly pictures: number;
  readonly seconds: number;
}

interface Speed {
  /** Millions of pixels of the result per second. */
  readonly megapixels: number;
  /** Whether each core encodes so much, or the device. */
  readonly of: "core" | "device";
}

/**
 * How fast one slot encodes. cpu: the worker's own command (x264 veryfast, four sizes of 1080p) takes a
 * core-second for 26 megapixels of noisy pictures and for 100 of black ones (decision 26). nvenc: 264 pictures of 1080p per second, an engine of the slowest architecture (NVENC
 * Application Note 13.0, preset p5). vaapi: devices differ, and half of that is assumed.
 */
const speeds = {
  cpu: { megapixels: 50, of: "core" },
  nvenc: { megapixels: 547, of: "device" },
  vaapi: { megapixels: 273, of: "device" },
} as const satisfies Record<Accel, Speed>;

/** Megapixels of a source that a core decodes in a second: 100 of noisy pictures, 750 of black ones. */
const decodedMegapixels = 150;
/** What each picture costs beside its pixels, in pixels: 3000 pictures of 160 by 90 take 1.9 core-seconds. */
const pixelsPerPicture = 20_000;
/** Core-seconds for a second of one sound (decision 21), which no second core helps with. */
const soundShare = 1 / 30;

export interface WorkArgs {
  readonly plan: Pick<Plan, "renditions" | "sounds" | "cadence">;
  readonly source: Pick<Source, "video" | "durationSeconds">;
  readonly accel: Accel;
  /** Cores of the slot. */
  readonly threads: number;
}

/** What the encode of a plan will be, as far as its pictures and their number tell. */
export function estimateWork({ plan, source, accel, threads }: WorkArgs): Work {
  const { durationSeconds, video } = source;
  const perSize = video ? Math.ceil(durationSeconds * toNumber(plan.cadence.fps)) : 0;
  const pixels = plan.renditions.reduce(
    (sum, { width, height }) => sum + width * height + pixelsPerPicture,
    0,
  );
  const { decoded } = video?.picture ?? { decoded: { width: 0, height: 0 } };
  const speed: Speed = speeds[accel];
  const encoding = (perSize * pixels) / (speed.megapixels * 1e6);
  const decoding =
    ((video?.pictures ?? 0) * decoded.width * decoded.height) / decodedMegapixels / 1e6;
  const sounds = plan.sounds.length * durationSeconds * soundShare;
  const onCores = decoding + sounds + (speed.of === "core" ? encoding : 0);
  const onDevice = speed.of === "device" ? encoding : 0;
  const oneSound = plan.sounds.length > 0 ? durationSeconds * soundShare : 0;
  const seconds = Math.max(onCores / Math.max(1, threads), onDevice, oneSound);
  return { pictures: perSize * plan.renditions.length, seconds };
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
