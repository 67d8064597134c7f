import type { Size } from "@framewright/media/picture.ts";
import { picturesPerSecond, type SmallPicture } from "./picture-look.ts";

/** Pictures are compared as so many fields of colour, each the mean of `side` by `side` pixels. */
const grid: Size = { width: 16, height: 9 };
const side = 4;
const columns = grid.width * 3;
const valuesPerPicture = columns * grid.height;

/** Colours are compared in every sixth picture: twenty times a second. */
const every = 6;

function fieldsOf(picture: SmallPicture): number[] {
  const sums = Array.from({ length: valuesPerPicture }, () => 0);
  for (let at = 0; at < picture.length; at += 1) {
    const pixel = Math.floor(at / 3);
    const column = Math.floor((pixel % (grid.width * side)) / side);
    const row = Math.floor(pixel / (grid.width * side * side));
    const value = row * columns + column * 3 + (at % 3);
    sums[value] = (sums[value] ?? 0) + (picture[at] ?? 0);
  }
  return sums.map((sum) => Math.round(sum / (side * side)));
}

type Fields = readonly number[];

function sampled(pictures: readonly SmallPicture[]): Fields[] {
  return pictures.filter((_, index) => index % every === 0).map(fieldsOf);
}

function medianOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

/**
 * For each value of a picture, the median over time of what the result has too much or too little:
 * motion and flashes cancel out, wrong colours and shapes stay.
 */
function biases(source: readonly Fields[], result: readonly Fields[], shift: number): number[] {
  const pairs = source.flatMap((fields, at) => {
    const other = result[at + shift];
    return other ? [[fields, other] as const] : [];
  });
  return Array.from({ length: valuesPerPicture }, (_, at) =>
    Math.abs(medianOf(pairs.map(([fields, other]) => (other[at] ?? 0) - (fields[at] ?? 0)))),
  );
}

/** Pictures of source and result at one time. */
export interface Pictures {
  /** In the result, in seconds. */
  readonly at: number;
  readonly source: readonly SmallPicture[];
  /** Those of the margins are among them. */
  readonly result: readonly SmallPicture[];
  /** How many of the result's pictures lie before the time. */
  readonly lead: number;
  /** The result's pictures per second. */
  readonly fps: number;
}

/** How well both fit where the result is taken so many pictures later. */
interface Fit {
  readonly shift: number;
  readonly biases: readonly number[];
  readonly sum: number;
}

function better(one: Fit, other: Fit): Fit {
  return other.sum < one.sum ? other : one;
}

function fitsOf({ source, result, lead }: Pictures): Fit[] {
  const [theirs, ours] = [sampled(source), sampled(result)];
  const shifts = Math.max(1, ours.length - theirs.length + 1);
  return Array.from({ length: shifts }, (_, shift) => {
    const found = biases(theirs, ours, shift);
    const sum = found.reduce((all, one) => all + one, 0);
    return { shift: shift * every - lead, biases: found, sum };
  });
}

/** Pictures are brought onto a regular grid; what is further off is seen as late. */
const allowedSeconds = 0.15;
/** Another time must fit better by this much of 255 in the mean of all values, and leave less than half. */
const clearlyBetter = 1.5;
const leftShare = 0.4;

/** Pictures that clearly fit at another time: how many of `picturesPerSecond` later. */
function lateness(fits: readonly Fit[], best: Fit, fps: number): number {
  const allowed = (allowedSeconds + 1 / fps) * picturesPerSecond;
  const inTime = fits.filter(({ shift }) => Math.abs(shift) <= allowed);
  if (inTime.length === 0) return 0;
  const { sum } = inTime.reduce(better);
  const isClear = sum - best.sum > clearlyBetter * valuesPerPicture && best.sum < sum * leftShare;
  return isClear ? best.shift : 0;
}

/** BT.601 read as BT.709 moves saturated colours by 16 and more; coding moves a field by 3. */
const maxMost = 10;
/** An edge in the wrong place changes a field by half its contrast and more. */
const maxLargest = 50;
/** With fewer pictures of the source, a third of a second, nothing is compared. */
const minPictures = 40;

/** Whether the source shows enough to compare a result with it. */
export function canCompare(source: readonly SmallPicture[]): boolean {
  return source.length >= minPictures;
}

/** What is wrong with the colours, shapes and times of pictures; where both fit best, motion counts least. */
export function colourProblem(pictures: Pictures): string | undefined {
  const { at, source, result, fps } = pictures;
  if (!canCompare(source)) return undefined;
  const when = `at ${at.toFixed(1)} s`;
  if (result.length < minPictures) return `${when} the result has no pictures`;
  const fits = fitsOf(pictures);
  const best = fits.reduce(better);
  const late = Math.round((lateness(fits, best, fps) / picturesPerSecond) * 1000);
  if (late !== 0) return `${when} pictures are ${Math.abs(late)} ms ${late > 0 ? "late" : "early"}`;
  // Nine of ten values differ by no more than the first one.
  const sorted = best.biases.toSorted((a, b) => a - b);
  const most = sorted[Math.floor(sorted.length * 0.9)] ?? 0;
  const largest = sorted.at(-1) ?? 0;
  if (most > maxMost) return `${when} colours are off by ${most} of 255`;
  if (largest <= maxLargest) return undefined;
  return `${when} a part of the picture is not the source's: it is off by ${largest} of 255`;
}
