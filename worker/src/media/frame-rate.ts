import { toNumber, type Rational } from "./rational.ts";

/** HLS Authoring Specification: at most 60 frames per second. */
const maxFps = 60;
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

/** Rates above the cap are divided by a whole number, so that every n-th frame is kept. */
function capped(rate: Rational): Rational {
  const divisor = Math.ceil(toNumber(rate) / maxFps - sameRate);
  return divisor <= 1 ? rate : { num: rate.num, den: rate.den * divisor };
}

function nextStandard(value: number): Rational {
  const whole = standardRates.filter((known) => known.den === 1);
  const next = whole.find((known) => toNumber(known) >= value * (1 - sameRate));
  return next ?? { num: 60, den: 1 };
}

/**
 * The one constant rate of all renditions. A variable source takes its base rate where that is a
 * usable one, otherwise the next standard rate above its mean, so that no frames are lost.
 */
export function chooseFrameRate(stated: StatedRates): Rational {
  const average = stated.average ?? stated.base ?? { num: 30, den: 1 };
  const mean = toNumber(average);
  if (mean < 1) return { num: 1, den: 1 };
  const base = stated.base ? toNumber(stated.base) : mean;
  const constant = near(mean, base, 0.002) || near(mean * 2, base, 0.002);
  if (constant) return capped(snap(average));
  const usable = stated.base && base > mean && base <= maxFps * (1 + sameRate);
  return usable ? snap(stated.base ?? average) : nextStandard(mean);
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
