import type { Size } from "../picture.ts";
import type { SmallPicture } from "./picture-look.ts";

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

export interface Difference {
  /** Nine of ten values differ by no more than this. */
  readonly most: number;
  readonly largest: number;
}

/** Of 255, at the time where both fit best. */
export function colourDifference(
  sourcePictures: readonly SmallPicture[],
  resultPictures: readonly SmallPicture[],
): Difference {
  const [source, result] = [sampled(sourcePictures), sampled(resultPictures)];
  const shifts = Math.max(1, result.length - source.length + 1);
  const found = Array.from({ length: shifts }, (_, shift) => biases(source, result, shift));
  const sum = (values: readonly number[]): number => values.reduce((all, one) => all + one, 0);
  const best = found.reduce((one, other) => (sum(other) < sum(one) ? other : one));
  const sorted = best.toSorted((a, b) => a - b);
  return { most: sorted[Math.floor(sorted.length * 0.9)] ?? 0, largest: sorted.at(-1) ?? 0 };
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

export function colourProblem(
  at: number,
  source: readonly SmallPicture[],
  result: readonly SmallPicture[],
): string | undefined {
  if (!canCompare(source)) return undefined;
  const when = `at ${at.toFixed(1)} s`;
  if (result.length < minPictures) return `${when} the result has no pictures`;
  const { most, largest } = colourDifference(source, result);
  if (most > maxMost) return `${when} colours are off by ${most} of 255`;
  if (largest <= maxLargest) return undefined;
  return `${when} a part of the picture is not the source's: it is off by ${largest} of 255`;
}
