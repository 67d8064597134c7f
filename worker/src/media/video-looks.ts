import { inputArgs } from "@framewright/media/input.ts";
import {
  countFields,
  idetFilter,
  isPlain,
  lookFrames,
  type FieldCounts,
} from "@framewright/media/interlace.ts";
import type { Opened } from "./open-source.ts";
import type { StreamScan } from "@framewright/media/packet-scan.ts";
import { startTimeOf, type ProbedStream } from "@framewright/media/probe-report.ts";
import { toNumber } from "@framewright/media/rational.ts";
import { sourceRate } from "./read-video.ts";
import { keyframeArgs, shapeChanges, type ShapeChange } from "@framewright/media/shape-changes.ts";
import type { Timeline } from "@framewright/media/timeline.ts";

/** Fields are looked for in pictures that a camera or a tape may have made. */
const maxFieldFps = 31;
const maxFieldHeight = 1152;
export const noFields: FieldCounts = { tff: 0, bff: 0, progressive: 0 };

/** Pictures at each place of a first look, which is enough where nothing speaks for fields. */
const firstFrames = 12;

/** A shorter film is looked at as a whole: a moving pattern has one order for a while, and then the other. */
const shortFrames = 4 * lookFrames;

interface FieldLook {
  readonly index: number;
  readonly at: number;
  readonly frames: number;
}

function fieldLookArgs(opened: Opened, { index, at, frames }: FieldLook): string[] {
  return [
    ...["-nostdin", "-v", "quiet", "-noautorotate", "-noaccurate_seek", "-ss", at.toFixed(3)],
    ...inputArgs(opened.demuxer, opened.args.path),
    ...["-map", `0:${index}`, "-frames:v", `${frames}`],
    ...["-vf", idetFilter, "-f", "null", "-"],
  ];
}

/** Counts fields at some places; a look that fails has seen nothing. */
async function countAt(
  opened: Opened,
  index: number,
  look: { readonly places: readonly number[]; readonly frames: number },
): Promise<FieldCounts | undefined> {
  const { tools, signal, path } = opened.args;
  const options = { reads: [path], signal, timeoutMs: 60_000 };
  const texts = look.places.map((place) => {
    const args = fieldLookArgs(opened, { index, at: Math.max(0, place), frames: look.frames });
    return tools.run("ffmpeg", args, options).catch(() => {
      signal.throwIfAborted();
      return "";
    });
  });
  const text = (await Promise.all(texts)).join("");
  return text === "" ? undefined : countFields(text);
}

/** The rate decides, and leaps of the clock are too few to change it. */
const asStamped: Timeline = { origin: 0, leaps: [] };

/** Two looks, off the very start and longer where the first ones leave a doubt, or one at all of a short film. */
export async function lookAtFields(
  opened: Opened,
  stream: ProbedStream,
  scan: StreamScan,
): Promise<FieldCounts> {
  const { times } = scan;
  const rate = toNumber(sourceRate({ stream, scan, timeline: asStamped }));
  if (rate > maxFieldFps || (stream.height ?? 0) > maxFieldHeight || times.length < lookFrames)
    return noFields;
  const { index } = stream;
  const places =
    times.length < shortFrames
      ? []
      : [0.2, 0.6].map((share) => times[Math.floor(times.length * share)] ?? 0);
  const first = await countAt(opened, index, { places, frames: firstFrames });
  if (first && isPlain(stream, first)) return first;
  // Short films, and those where seeking finds nothing to decode, are looked at from their start.
  return (
    (await countAt(opened, index, { places, frames: lookFrames })) ??
    (await countAt(opened, index, { places: [0], frames: shortFrames })) ??
    noFields
  );
}

/** Broadcast containers, whose pictures change their shape from one programme to the next. */
const changing = new Set(["mpegts", "mpeg"]);

/** The shapes of the pictures in a container where they may change. */
export async function lookAtShapes(opened: Opened, stream: ProbedStream): Promise<ShapeChange[]> {
  if (!changing.has(opened.demuxer)) return [];
  const text = await opened.probe([...keyframeArgs, "-select_streams", `${stream.index}`]);
  return shapeChanges(text, startTimeOf(opened.report));
}
