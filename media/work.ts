import type { Accel, Tier } from "@framewright/contracts/job.ts";
import type { VideoCodec } from "@framewright/contracts/profile.ts";
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

/** Seconds that the encode of such a file may take. */
export function allowedSeconds(limits: WorkLimits, tier: Tier, sizeBytes: number): number {
  const earned = limits.freeSeconds + (sizeBytes / 1e6) * limits.secondsPerMegabyte;
  return Math.min(earned, limits.maxSeconds[tier]);
}

/** What an encode is expected to be. */
export interface Work {
  /** Pictures of the result, of all sizes together. */
  readonly pictures: number;
  readonly seconds: number;
}

/** What it is made of. */
export interface WorkShares {
  /** Of one core: decoding, sound and, in software, encoding. */
  readonly coreSeconds: number;
  /** Of the encoder of a GPU. */
  readonly deviceSeconds: number;
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

/**
 * How many times the work of H.264 a codec takes. cpu: core-seconds for three seconds of noisy 1080p, 4.8 for x264, 8.3
 * for x265, 7.0 for SVT-AV1 with the worker's own options. Engines of GPUs encode HEVC and AV1 as fast as H.264 (NVENC
 * Application Note 13.0).
 */
const efforts = {
  core: { h264: 1, hevc: 1.8, av1: 1.5 },
  device: { h264: 1, hevc: 1, av1: 1 },
} as const satisfies Record<Speed["of"], Record<VideoCodec, number>>;

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

function picturesOf({ plan, source }: Pick<WorkArgs, "plan" | "source">): number {
  return source.video ? Math.ceil(source.durationSeconds * toNumber(plan.cadence.fps)) : 0;
}

/** How much of cores and of the device the encode of a plan will take. */
export function workShares({ plan, source, accel }: Omit<WorkArgs, "threads">): WorkShares {
  const { durationSeconds, video } = source;
  const speed: Speed = speeds[accel];
  const pixels = plan.renditions.reduce(
    (sum, { width, height, codec }) =>
      sum + (width * height + pixelsPerPicture) * efforts[speed.of][codec],
    0,
  );
  const { decoded } = video?.picture ?? { decoded: { width: 0, height: 0 } };
  const encoding = (picturesOf({ plan, source }) * pixels) / (speed.megapixels * 1e6);
  // Without a rendition no picture is decoded.
  const decoding =
    plan.renditions.length === 0
      ? 0
      : ((video?.pictures ?? 0) * decoded.width * decoded.height) / decodedMegapixels / 1e6;
  const sounds = plan.sounds.length * durationSeconds * soundShare;
  return {
    coreSeconds: decoding + sounds + (speed.of === "core" ? encoding : 0),
    deviceSeconds: speed.of === "device" ? encoding : 0,
  };
}

/** What the encode of a plan will be, as far as its pictures and their number tell. */
export function estimateWork(args: WorkArgs): Work {
  const { plan, source, threads } = args;
  const { coreSeconds, deviceSeconds } = workShares(args);
  const oneSound = plan.sounds.length > 0 ? source.durationSeconds * soundShare : 0;
  const seconds = Math.max(coreSeconds / Math.max(1, threads), deviceSeconds, oneSound);
  return { pictures: picturesOf(args) * plan.renditions.length, seconds };
}
