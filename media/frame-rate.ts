import { mostFps } from "@framewright/contracts/profile.ts";
import type { StreamScan } from "./packet-scan.ts";
import { dividedBy, toNumber, type Rational } from "./rational.ts";

/** Of a source that has no motion; players seek in steps of a frame. */
const stillFps = 10;
const gopSeconds = 2;
const gopsPerSegment = 3;

const standardRates: readonly Rational[] = [
  { num: 24000, den: 1001 },
  { num: 24, den: 1 },
  { num: 25, den: 1 },
  { num: 30000, den: 1001 },
  { num: 30, den: 1 },
  { num: 48, den: 1 },
  { num: 50, den: 1 },
  { num: 60000, den: 1001 },
  { num: 60, den: 1 },
];

/** 24 and 24000/1001 lie 0.1 % apart; a tighter bound keeps them apart. */
const sameRate = 0.0004;

function near(a: number, b: number, tolerance: number): boolean {
  return Math.abs(a - b) <= b * tolerance;
}

/** What the container says of the rate: the mean, and the smallest step that fits all time stamps. */
export interface StatedRates {
  readonly average?: Rational | undefined;
  readonly base?: Rational | undefined;
}

function snap(rate: Rational): Rational {
  const value = toNumber(rate);
  const standard = standardRates.find((known) => near(value, toNumber(known), sameRate));
  if (standard) return standard;
  if (Number.isInteger(value * 2)) return { num: value * 2, den: 2 };
  return rate.den <= 1001 ? rate : { num: Math.max(1, Math.round(value * 1000)), den: 1000 };
}

/** Standard rates lie 4 % apart and more, but for their 1000/1001 twins. */
const nearStandard = 0.06;

/**
 * The one rate of all renditions of a source at this rate, which may be `maxFps` at most. A rate up to that stays. A
 * higher one is divided by the smallest whole number n that brings it down to the cap, so that every n-th frame is kept
 * and motion stays even: under a cap of 30, 60 becomes 30, 59.94 becomes 29.97, 50 becomes 25 and 120 becomes 30. Where
 * a smaller n would leave up to 6 % too many, the rate is exactly the cap, and single frames are lost instead of every
 * second one: phones write 60.2, and 25 becomes 24 under a cap of 24, not 12.5.
 */
export function plannedRate(rate: Rational, maxFps: number = mostFps): Rational {
  const divisor = Math.ceil(toNumber(rate) / (maxFps * (1 + nearStandard)));
  const divided = divisor > 1 ? dividedBy(rate, divisor) : rate;
  return toNumber(divided) > maxFps * (1 + sameRate) ? { num: maxFps, den: 1 } : divided;
}

/** Of interlaced frames whose packets come at this rate: in H.264 each field may have a packet of its own. */
export function pairRate(packets: Rational, average: Rational | undefined): Rational {
  const single = average && near(toNumber(packets), 2 * toNumber(average), nearStandard);
  return single ? snap(average) : packets;
}

/** Of pictures made of single fields: each field is a moment of its own. */
export function fieldRate(frames: Rational): Rational {
  return { num: frames.num * 2, den: frames.den };
}

/** Motion that fewer than this share of the frames have is not kept. */
const fastShare = 0.1;
/** Intervals that are averaged, so that jitter of time stamps does not look like motion. */
const windowFrames = 8;

/** Stamps rounded to milliseconds move the mean of a run by less than this. */
const statedTolerance = 0.025;

function nearestStandard(value: number): Rational {
  const known = standardRates.filter(({ den }) => den === 1);
  const distance = (rate: Rational): number => Math.abs(Math.log(toNumber(rate) / value));
  const nearest = known.toSorted((a, b) => distance(a) - distance(b))[0] ?? { num: 30, den: 1 };
  if (near(value, toNumber(nearest), nearStandard)) return nearest;
  const whole = Math.max(1, Math.ceil(value * (1 - statedTolerance)));
  return { num: Math.min(whole, mostFps), den: 1 };
}

/**
 * Frames per second where the source moves fastest: of the mean intervals of short runs of frames,
 * the shortest but for a tenth. The mean over all would throw away most of a burst.
 */
export function fastestRate(times: readonly number[]): number | undefined {
  const frames = Math.min(windowFrames, times.length - 1);
  if (frames < 2) return undefined;
  const means: number[] = [];
  for (let end = frames; end < times.length; end += 1) {
    const seconds = (times[end] ?? 0) - (times[end - frames] ?? 0);
    if (seconds > 0) means.push(seconds / frames);
  }
  const sorted = means.toSorted((a, b) => a - b);
  const interval = sorted[Math.floor(sorted.length * fastShare)];
  return interval === undefined ? undefined : 1 / interval;
}

/** Seconds from the keyframe before each frame, where a decoder must begin to show it. */
function leadsOf({ times, keyTimes }: Pick<StreamScan, "times" | "keyTimes">): number[] {
  let keys = 0;
  return times.map((time) => {
    while (keys < keyTimes.length && (keyTimes[keys] ?? time) <= time) keys += 1;
    return time - (keyTimes[keys - 1] ?? times[0] ?? time);
  });
}

/** A second with so many times the usual number of frames is a burst. */
const burstShare = 1.2;

/**
 * The time from which most frames fall into one second, no further than `maxLead` seconds behind the
 * keyframe from which a decoder gets there; nothing where frames are spread evenly.
 */
export function busiestSecond(
  scan: Pick<StreamScan, "times" | "keyTimes">,
  maxLead: number,
): number | undefined {
  const { times } = scan;
  const leads = leadsOf(scan);
  let first = 0;
  let best = { frames: 0, index: 0 };
  for (const [last, time] of times.entries()) {
    while (time - (times[first] ?? time) > 1) first += 1;
    const frames = last - first;
    if (frames > best.frames && (leads[first] ?? 0) <= maxLead) best = { frames, index: first };
  }
  const seconds = Math.max(1, (times.at(-1) ?? 0) - (times[0] ?? 0));
  return best.frames * seconds > burstShare * times.length ? times[best.index] : undefined;
}

/** Containers round stamps to milliseconds at worst: an interval is wrong by less than this. */
const roundedSeconds = 0.00101;
/** Intervals that may be no whole number of steps, as a share. */
const offGrid = 0.05;

/** All intervals are whole steps of the rate, and enough of them are one step: frames were left out here and there. */
function isGrid(times: readonly number[], rate: Rational): boolean {
  const step = 1 / toNumber(rate);
  const tolerance = Math.max(step * 0.05, Math.min(roundedSeconds, step * 0.25));
  const intervals = times.slice(1).map((time, index) => time - (times[index] ?? time));
  const fitting = intervals.filter(
    (interval) => Math.abs(interval - Math.round(interval / step) * step) <= tolerance,
  );
  const single = fitting.filter((interval) => Math.round(interval / step) === 1);
  const { length } = intervals;
  return fitting.length >= length * (1 - offGrid) && single.length >= length * fastShare;
}

/** High-speed cameras write less; more are broken stamps. */
const fastestKnown = 1000;

/**
 * The one constant rate at which a source is shown whole. What the container states counts where the frames agree
 * with it; otherwise the distribution of the intervals decides, up to 60.
 */
export function chooseFrameRate(stated: StatedRates, times: readonly number[] = []): Rational {
  const seen = fastestRate(times);
  const said = [stated.average, stated.base].flatMap((rate) => (rate ? [rate] : []));
  if (seen === undefined) return withoutIntervals(said[0]);
  if (seen < 1) return { num: 1, den: 1 };
  const grid = stated.base && isGrid(times, stated.base) ? stated.base : undefined;
  const agreed = grid ?? said.find((rate) => near(seen, toNumber(rate), statedTolerance));
  return agreed && toNumber(agreed) <= fastestKnown ? snap(agreed) : nearestStandard(seen);
}

/** The same of a source whose pictures are said to come at this constant rate. */
export function statedRate(fps: number): Rational {
  if (fps < 1) return { num: 1, den: 1 };
  return snap({ num: Math.round(fps * 1000), den: 1000 });
}

/** One picture or two: there is no motion to keep. */
function withoutIntervals(said: Rational | undefined): Rational {
  return said && toNumber(said) < stillFps ? { num: 1, den: 1 } : { num: stillFps, den: 1 };
}

/** A whole number of frames per GOP and of GOPs per segment, so that all renditions cut alike. */
export interface Cadence {
  readonly fps: Rational;
  readonly gopFrames: number;
  readonly segmentFrames: number;
  /** Never above the true length: the muxer cuts at the first keyframe at or after it. */
  readonly segmentSeconds: string;
}

export function cadenceOf(fps: Rational): Cadence {
  const gopFrames = Math.max(1, Math.round(toNumber(fps) * gopSeconds));
  const segmentFrames = gopFrames * gopsPerSegment;
  const micros = Math.floor((segmentFrames * fps.den * 1_000_000) / fps.num);
  return { fps, gopFrames, segmentFrames, segmentSeconds: (micros / 1_000_000).toFixed(6) };
}
