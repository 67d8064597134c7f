import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { ffmpegPath } from "../../support/clips.ts";

const exec = promisify(execFile);
const size = { width: 32, height: 18 };
const maxBuffer = 256 * 1024 ** 2;

/** All pictures of a file in order of time, small and grey. */
export async function picturesIn(path: string): Promise<Buffer[]> {
  const { stdout } = await exec(
    ffmpegPath,
    [
      ...["-nostdin", "-v", "error", "-i", path, "-map", "0:v:0", "-fps_mode", "passthrough"],
      ...["-vf", `scale=${size.width}:${size.height}:flags=area,format=gray`],
      ...["-f", "rawvideo", "-"],
    ],
    { encoding: "buffer", maxBuffer },
  );
  const bytes = size.width * size.height;
  return Array.from({ length: stdout.length / bytes }, (_, index) =>
    stdout.subarray(index * bytes, (index + 1) * bytes),
  );
}

function difference(a: Buffer, b: Buffer): number {
  return a.reduce((sum, value, at) => sum + Math.abs(value - (b[at] ?? 0)), 0);
}

/** The number of the picture that is most like this one. */
export function mostAlike(picture: Buffer | undefined, among: readonly Buffer[]): number {
  if (!picture) return -1;
  const differences = among.map((one) => difference(picture, one));
  return differences.indexOf(Math.min(...differences));
}

/** Sound of a file: samples of one channel at 8 kHz. */
export async function samplesOf(path: string): Promise<Int16Array> {
  const args = ["-nostdin", "-v", "error", "-i", path, "-map", "0:a:0", "-ac", "1", "-ar", "8000"];
  const { stdout } = await exec(ffmpegPath, [...args, "-f", "s16le", "-"], {
    encoding: "buffer",
    maxBuffer,
  });
  return new Int16Array(stdout.buffer, stdout.byteOffset, Math.floor(stdout.length / 2));
}

/** Seconds at which it becomes loud after silence. */
export function onsetsIn(samples: Int16Array): number[] {
  const onsets: number[] = [];
  let silentSince = -Infinity;
  samples.forEach((sample, at) => {
    if (Math.abs(sample) < 3000) return;
    if (at - silentSince > 4000) onsets.push(at / 8000);
    silentSince = at;
  });
  return onsets;
}

/** The text of all subtitle segments of a folder. */
export function subtitleText(folder: string): string {
  const files = readdirSync(folder).filter((name) => name.endsWith(".vtt"));
  return files.map((name) => readFileSync(join(folder, name), "utf8")).join("\n");
}
