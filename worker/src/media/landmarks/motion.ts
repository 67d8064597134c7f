import { picturesPerSecond, type SmallPicture } from "./picture-look.ts";

/** Mean difference of values that coding alone does not make. */
const minChange = 0.25;

function differs(picture: SmallPicture, before: SmallPicture): boolean {
  let sum = 0;
  for (let at = 0; at < picture.length; at += 1) {
    sum += Math.abs((picture[at] ?? 0) - (before[at] ?? 0));
  }
  return sum > minChange * picture.length;
}

/** How many pictures differ from the one before them. */
export function movingPictures(pictures: readonly SmallPicture[]): number {
  return pictures.filter((picture, at) => {
    const before = pictures[at - 1];
    return before !== undefined && differs(picture, before);
  }).length;
}

/** More pictures than the cap are thinned out; in a short look there may be some more by chance. */
const aboveCap = 62 / 60;
/** And no motion that is so much faster than what moves fastest in the film but for a tenth of it. */
const rareShare = 1.2;
/** Pictures are moved onto a regular grid, where some fall together. */
const minKeptShare = 0.75;
/** Fewer moving pictures than this say nothing. */
const minMoving = 8;

export interface MotionArgs {
  readonly at: number;
  readonly source: readonly SmallPicture[];
  /** Of the same time. */
  readonly result: readonly SmallPicture[];
  /** The result's pictures per second. */
  readonly fps: number;
  /** The most that it may have, by its profile or the platform: faster motion is left out on purpose. */
  readonly maxFps: number;
  /** What it would have without that bound. */
  readonly wholeFps: number;
  /** Of the source; see `SourceVideo`. */
  readonly fastest: number | undefined;
}

/** Counts the pictures that move in both. */
export function motionProblem({
  at,
  source,
  result,
  fps,
  maxFps,
  wholeFps,
  fastest = Infinity,
}: MotionArgs): string | undefined {
  const seconds = source.length / picturesPerSecond;
  const moving = movingPictures(source);
  // Pictures at the ends of the look count whole.
  const isRare = moving > fastest * rareShare * seconds + 1;
  const isThinned = isRare || moving > maxFps * aboveCap * seconds;
  // Of every n-th picture at least an n-th part of the motion is left, also where few pictures move.
  const wanted = isThinned ? Math.min(moving, fps * seconds) : moving * Math.min(1, fps / wholeFps);
  if (wanted < minMoving) return undefined;
  const kept = movingPictures(result);
  if (kept >= Math.floor(wanted * minKeptShare)) return undefined;
  return `at ${at.toFixed(1)} s the result keeps ${kept} of ${moving} moving pictures`;
}
