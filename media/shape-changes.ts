import { parseRational, toNumber } from "./rational.ts";

/** What a decoded picture looks like: its size, and the width of a pixel over its height. */
export interface Shape {
  readonly width: number;
  readonly height: number;
  readonly pixelAspect: number;
}

/** From a time on, in seconds from the start of the file, pictures have this shape. */
export interface ShapeChange extends Shape {
  readonly at: number;
}

/** More changes are noise. */
const maxChanges = 50;

/** Only keyframes are decoded: broadcasts change the shape of their pictures at one of them. */
export const keyframeArgs = [
  ...["-v", "error", "-skip_frame", "nokey", "-print_format", "csv=p=0"],
  ...["-show_entries", "frame=pts_time,width,height,sample_aspect_ratio"],
] as const;

function sameShape(a: Shape | undefined, b: Shape): boolean {
  return a?.width === b.width && a.height === b.height && a.pixelAspect === b.pixelAspect;
}

/** Reads the output of `keyframeArgs`; the first entry is the shape at the start. */
export function shapeChanges(text: string, startTime: number): ShapeChange[] {
  const changes: ShapeChange[] = [];
  for (const line of text.split("\n")) {
    const [time, width, height, ratio] = line.split(",");
    const shape = parseRational(ratio);
    const change: ShapeChange = {
      at: Number.parseFloat(time ?? "") - startTime,
      width: Number(width),
      height: Number(height),
      pixelAspect: shape ? toNumber(shape) : 1,
    };
    if (!Number.isFinite(change.at) || !(change.width > 0 && change.height > 0)) continue;
    if (!sameShape(changes.at(-1), change)) changes.push(change);
  }
  return changes.slice(0, maxChanges);
}

/** The shape that lasts longest up to `end`. */
export function usualShape(changes: readonly ShapeChange[], end: number): ShapeChange | undefined {
  const lasting = changes.map((change, index) => {
    const until = changes[index + 1]?.at ?? Math.max(end, change.at);
    return { change, seconds: until - change.at };
  });
  const total = (shape: Shape): number =>
    lasting.reduce((sum, one) => (sameShape(one.change, shape) ? sum + one.seconds : sum), 0);
  return changes.toSorted((a, b) => total(b) - total(a))[0];
}

/** The shape at a time of the file; nothing where it was not looked for. */
export function shapeAt(changes: readonly ShapeChange[], time: number): Shape | undefined {
  return changes.findLast(({ at }) => at <= time + 0.001) ?? changes[0];
}
