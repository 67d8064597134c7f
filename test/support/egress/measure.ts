import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { ffmpegPath, ffprobePath } from "../clips.ts";
import { pattern } from "./pattern.ts";

const exec = promisify(execFile);
const options = { encoding: "buffer", maxBuffer: 1024 ** 3 } as const;

/** Pictures are looked at in this size: an eighth of the pattern. */
const look = { width: pattern.width / 8, height: pattern.height / 8, square: pattern.square / 8 };

export interface Recorded {
  readonly pictures: number;
  /** Steps of the counter from picture to picture → how often. */
  readonly steps: ReadonlyMap<number, number>;
  /** Of beeps against flashes, in milliseconds: later sound is positive. */
  readonly offsets: readonly number[];
  readonly flashes: readonly number[];
  readonly beeps: readonly number[];
}

async function pictureTimes(file: string): Promise<number[]> {
  const args = ["-v", "error", "-select_streams", "v", "-show_entries", "packet=pts_time"];
  const { stdout } = await exec(ffprobePath, [...args, "-of", "csv=p=0", file], options);
  const times = stdout
    .toString("utf8")
    .split("\n")
    .map((line) => line.replace(",", ""));
  return times
    .filter((line) => line !== "")
    .map(Number)
    .toSorted((a, b) => a - b);
}

async function decode(file: string, args: readonly string[]): Promise<Buffer> {
  const { stdout } = await exec(
    ffmpegPath,
    ["-v", "error", "-copyts", "-i", file, ...args, "-"],
    options,
  );
  return stdout;
}

function counterOf(picture: Buffer): number {
  let count = 0;
  for (let bit = 0; bit < pattern.bits; bit += 1) {
    const x = Math.floor((bit + 0.5) * look.square);
    if ((picture[look.width + x] ?? 0) > 128) count |= 1 << bit;
  }
  return count;
}

/** Of a row in the middle, where nothing moves. */
function isBright(picture: Buffer): boolean {
  const row = picture.subarray(look.width * 15, look.width * 16);
  return row.reduce((sum, value) => sum + value, 0) / row.length > 160;
}

function beepsIn(sound: Buffer): number[] {
  const found: number[] = [];
  let last = Number.NEGATIVE_INFINITY;
  for (let n = 0; n * 2 + 1 < sound.length; n += 1) {
    if (Math.abs(sound.readInt16LE(n * 2)) <= 3000) continue;
    if (n - last > pattern.sampleRate * 0.3) found.push(n / pattern.sampleRate);
    last = n;
  }
  return found;
}

/** What of the pattern is in a recording. */
export async function measure(file: string): Promise<Recorded> {
  const filter = `scale=${look.width}:${look.height}:flags=area,format=gray`;
  const [times, raw, sound] = await Promise.all([
    pictureTimes(file),
    decode(file, ["-map", "0:v", "-vf", filter, "-fps_mode", "passthrough", "-f", "rawvideo"]),
    decode(file, [
      ...["-map", "0:a", "-af", "aresample=async=1:first_pts=0", "-ac", "1"],
      ...["-ar", String(pattern.sampleRate), "-f", "s16le"],
    ]),
  ]);
  const size = look.width * look.height;
  const pictures = Array.from({ length: Math.floor(raw.length / size) }, (_, n) =>
    raw.subarray(n * size, (n + 1) * size),
  );
  const counters = pictures.map(counterOf);
  const steps = new Map<number, number>();
  for (const [n, counter] of counters.entries()) {
    if (n === 0) continue;
    const step = counter - (counters[n - 1] ?? 0);
    steps.set(step, (steps.get(step) ?? 0) + 1);
  }
  const bright = pictures.map(isBright);
  const flashes = times.filter((_, n) => n > 0 && bright[n] === true && bright[n - 1] === false);
  const beeps = beepsIn(sound);
  const offsets = beeps.flatMap((beep) => {
    const near = flashes.filter((flash) => Math.abs(flash - beep) < 0.5);
    return near.slice(0, 1).map((flash) => (beep - flash) * 1000);
  });
  return { pictures: pictures.length, steps, offsets, flashes, beeps };
}

export function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** The median offset of each tenth of a recording, in which one that is late for once plays no part. */
export function tenthsOf({ offsets }: Recorded): number[] {
  const size = Math.max(1, Math.floor(offsets.length / 10));
  return Array.from({ length: 10 }, (_, n) => median(offsets.slice(n * size, (n + 1) * size)));
}
