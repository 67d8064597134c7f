import type { Size } from "../picture.ts";

/** Pictures are compared as so many fields of colour, each the mean of its part. */
const grid: Size = { width: 16, height: 9 };
/** Fields of fewer pixels show the coding of single ones: their colours are stored at half the size. */
const minSidePixels = 4;
const valuesPerPicture = grid.width * grid.height * 3;

const looksPerSecond = 25;
/** Length of one look at the source, in seconds. */
export const lookSeconds = 1;
/** The result is looked at so much longer to each side: not every container is sought exactly. */
export const lookMargin = 0.5;

/** A part of the picture, as shares of its width and height. */
export interface Part {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

function cropTo(part: Part | undefined): string[] {
  if (!part) return [];
  const { left, top, width, height } = part;
  return [`crop=iw*${width}:ih*${height}:iw*${left}:ih*${top}`];
}

export interface LookArgs {
  /** Filters that bring the wanted time to zero. */
  readonly before?: readonly string[];
  readonly seconds: number;
  /** Only this part of the picture. */
  readonly part?: Part | undefined;
  /** How the numbers are to be read: matrix and range of a `scale` filter. */
  readonly colours: string;
}

/** To raw fields of colour, as a player shows them. */
export function lookArgs(map: string, { before = [], seconds, part, colours }: LookArgs): string[] {
  const chain = [
    ...before,
    `fps=${looksPerSecond}`,
    ...cropTo(part),
    // Without the flags, ffmpeg leaves out the last columns of widths that are no multiple of 8.
    `scale=flags=accurate_rnd+full_chroma_int:${colours}`,
    "format=gbrp",
    `scale=${grid.width}:${grid.height}:flags=area`,
    "format=rgb24",
  ];
  return [...["-map", map, "-t", `${seconds}`, "-vf", chain.join(",")], ...["-f", "rawvideo", "-"]];
}

/** One picture as its fields' colours. */
export type Look = Buffer;

export function readLooks(data: Buffer): Look[] {
  const count = Math.floor(data.length / valuesPerPicture);
  return Array.from({ length: count }, (_, index) =>
    data.subarray(index * valuesPerPicture, (index + 1) * valuesPerPicture),
  );
}

function medianOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

/**
 * For each value of a picture, the median over time of what the result has too much or too little:
 * motion and flashes cancel out, wrong colours and shapes stay.
 */
function biases(source: readonly Look[], result: readonly Look[], shift: number): number[] {
  const pairs = source.flatMap((look, at) => {
    const other = result[at + shift];
    return other ? [[look, other] as const] : [];
  });
  return Array.from({ length: valuesPerPicture }, (_, at) =>
    Math.abs(medianOf(pairs.map(([look, other]) => (other[at] ?? 0) - (look[at] ?? 0)))),
  );
}

export interface Difference {
  /** Nine of ten values differ by no more than this. */
  readonly most: number;
  readonly largest: number;
}

/** Of 255, at the time where both fit best. */
export function lookDifference(source: readonly Look[], result: readonly Look[]): Difference {
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
/** With fewer pictures of the source nothing is compared. */
const minLooks = 8;

/** Whether pictures of this size can be compared. */
export function isLargeEnough({ width, height }: Size): boolean {
  return width >= grid.width * minSidePixels && height >= grid.height * minSidePixels;
}

/** Whether the source shows enough to compare a result with it. */
export function canCompare(source: readonly Look[]): boolean {
  return source.length >= minLooks;
}

export function pictureProblem(
  at: number,
  source: readonly Look[],
  result: readonly Look[],
): string | undefined {
  if (!canCompare(source)) return undefined;
  const when = `at ${at.toFixed(1)} s`;
  if (result.length < minLooks) return `${when} the result has no pictures`;
  const { most, largest } = lookDifference(source, result);
  if (most > maxMost) return `${when} colours are off by ${most} of 255`;
  if (largest <= maxLargest) return undefined;
  return `${when} a part of the picture is not the source's: it is off by ${largest} of 255`;
}
