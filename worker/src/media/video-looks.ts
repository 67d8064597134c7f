import { inputArgs } from "./input.ts";
import { countFields, idetFilter, lookFrames, type FieldCounts } from "./interlace.ts";
import type { Opened } from "./open-source.ts";
import type { StreamScan } from "./packet-scan.ts";
import { startTimeOf, type ProbedStream } from "./probe-report.ts";
import { toNumber } from "./rational.ts";
import { sourceRate } from "./read-video.ts";
import { keyframeArgs, shapeChanges, type ShapeChange } from "./shape-changes.ts";
import type { Timeline } from "./timeline.ts";

/** Fields are looked for in pictures that a camera or a tape may have made. */
const maxFieldFps = 31;
const maxFieldHeight = 1152;
const noFields: FieldCounts = { tff: 0, bff: 0, progressive: 0 };

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

/** Two looks, off the very start, or one at all of a short film; a look that fails has seen nothing. */
export async function lookAtFields(
  opened: Opened,
  stream: ProbedStream,
  facts: { scan: StreamScan; timeline: Timeline },
): Promise<FieldCounts> {
  const { tools, signal } = opened.args;
  const { scan } = facts;
  const rate = toNumber(sourceRate({ stream, ...facts }));
  if (rate > maxFieldFps || (stream.height ?? 0) > maxFieldHeight || scan.times.length < lookFrames)
    return noFields;
  const places = [0.2, 0.6].map((share) => scan.times[Math.floor(scan.times.length * share)] ?? 0);
  const lookAt = async (at: number, frames: number): Promise<string> => {
    const args = fieldLookArgs(opened, { index: stream.index, at: Math.max(0, at), frames });
    return tools.run("ffmpeg", args, { signal, timeoutMs: 60_000 }).catch(() => {
      signal.throwIfAborted();
      return "";
    });
  };
  let text = "";
  for (const at of scan.times.length < shortFrames ? [] : places)
    text += await lookAt(at, lookFrames);
  // Short files, and those where seeking finds nothing to decode.
  return countFields(text === "" ? await lookAt(0, shortFrames) : text);
}

/** Broadcast containers, whose pictures change their shape from one programme to the next. */
const changing = new Set(["mpegts", "mpeg"]);

/** The shapes of the pictures in a container where they may change. */
export async function lookAtShapes(opened: Opened, stream: ProbedStream): Promise<ShapeChange[]> {
  if (!changing.has(opened.demuxer)) return [];
  const text = await opened.probe([...keyframeArgs, "-select_streams", `${stream.index}`]);
  return shapeChanges(text, startTimeOf(opened.report));
}
