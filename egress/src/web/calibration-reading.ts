import type { Measured } from "../messages.ts";
import { beats, drawing } from "./calibration-page.ts";

/** A recording of the page, as it is looked at. */
export interface Recorded {
  /** In grey, each of {@link drawing}'s size. */
  readonly pictures: Buffer;
  /** Of each picture, in seconds. */
  readonly times: readonly number[];
  /** One channel of 16 bits, from the recording's time 0. */
  readonly sound: Buffer;
  readonly sampleRate: number;
}

const { width, height, squares, square, counterHeight } = drawing;
const pictureBytes = width * height;
/** Of 0 to 255, between black and white. */
const middle = 128;
/** A tenth of the largest value of a sample; the tone has seven of them. */
const audible = 3277;

function counterOf(picture: Buffer): number {
  const row = Math.floor(counterHeight / 2) * width;
  return Array.from({ length: squares }, (_, bit) =>
    (picture[row + (bit + 0.5) * square] ?? 0) > middle ? 1 << bit : 0,
  ).reduce((sum, bit) => sum + bit, 0);
}

function isLight(picture: Buffer): boolean {
  const row = Math.floor((counterHeight + height) / 2) * width;
  const line = picture.subarray(row, row + width);
  return line.reduce((sum, value) => sum + value, 0) / width > middle;
}

/** Seconds at which the tone is let through, after it was kept out. */
function beepsIn(sound: Buffer, sampleRate: number): number[] {
  const beeps: number[] = [];
  let last = Number.NEGATIVE_INFINITY;
  for (let n = 0; 2 * n + 1 < sound.length; n += 1) {
    if (Math.abs(sound.readInt16LE(2 * n)) < audible) continue;
    if (n - last > sampleRate * beats.loudSeconds) beeps.push(n / sampleRate);
    last = n;
  }
  // What goes on when the recording begins has begun before it.
  return beeps.filter((at) => at > 0.02);
}

function nearest(times: readonly number[], to: number): number | undefined {
  return times.toSorted((one, other) => Math.abs(one - to) - Math.abs(other - to))[0];
}

/** The lines of ffprobe, in the order of pictures; a codec may have packets in another. */
export function readTimes(lines: string): number[] {
  const numbers = lines.split("\n").flatMap((line) => {
    const [first = ""] = line.split(",");
    return first === "" ? [] : [Number(first)];
  });
  return numbers.toSorted((one, other) => one - other);
}

/** What of the page is in a recording. */
export function readCalibration({ pictures: raw, times, sound, sampleRate }: Recorded): Measured {
  const pictures = times
    .slice(0, Math.floor(raw.length / pictureBytes))
    .map((at, n) => ({ at, grey: raw.subarray(n * pictureBytes, (n + 1) * pictureBytes) }));
  const light = pictures.map(({ grey }) => isLight(grey));
  const flashes = pictures.flatMap(({ at }, n) =>
    light[n] === true && light[n - 1] === false ? [at] : [],
  );
  const offsetsMs = beepsIn(sound, sampleRate).flatMap((beep) => {
    const flash = nearest(flashes, beep) ?? Number.NaN;
    return Math.abs(beep - flash) < beats.everySeconds / 2 ? [(beep - flash) * 1000] : [];
  });
  // In its first second both inputs are still being opened.
  const later = pictures.filter(({ at }) => at >= 1).map(({ grey }) => counterOf(grey));
  const fresh = later.filter((counter, n) => n > 0 && counter !== later[n - 1]).length;
  return { pictures: Math.max(0, later.length - 1), fresh, offsetsMs };
}
