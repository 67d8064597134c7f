import type { Size } from "../picture.ts";

const size: Size = { width: 64, height: 36 };
const bytesPerPicture = size.width * size.height;

/** Seconds that are looked at. */
export const motionSeconds = 1;

/** Every picture as it was decoded, small and grey. */
export function motionArgs(map: string, before: readonly string[] = []): string[] {
  const chain = [...before, `scale=${size.width}:${size.height}:flags=area`, "format=gray"];
  return [
    ...["-map", map, "-t", `${motionSeconds}`, "-vf", chain.join(",")],
    ...["-fps_mode", "passthrough", "-f", "rawvideo", "-"],
  ];
}

/** Mean difference of grey values that coding alone does not make. */
const minChange = 0.25;

/** How many pictures differ from the one before them. */
export function distinctPictures(data: Buffer): number {
  const count = Math.floor(data.length / bytesPerPicture);
  let distinct = 0;
  for (let picture = 1; picture < count; picture += 1) {
    const start = picture * bytesPerPicture;
    let sum = 0;
    for (let at = start; at < start + bytesPerPicture; at += 1) {
      sum += Math.abs((data[at] ?? 0) - (data[at - bytesPerPicture] ?? 0));
    }
    if (sum / bytesPerPicture > minChange) distinct += 1;
  }
  return distinct;
}

/** More pictures than this in a second are not kept; see `chooseFrameRate`. */
const maxKept = 62;
/** Pictures are moved onto a regular grid, where some fall together. */
const minKeptShare = 0.75;
/** Fewer moving pictures than this say nothing. */
const minMoving = 8;

/** Compares the pictures that move in the busiest second; `fps` is the result's rate. */
export function motionProblem(source: number, result: number, fps: number): string | undefined {
  const wanted = source * motionSeconds > maxKept ? Math.min(source, fps) : source;
  if (wanted < minMoving || result >= wanted * minKeptShare) return undefined;
  return `of ${source} moving pictures in its busiest second the result keeps ${result}`;
}
