import { join } from "node:path";
import type { MediaTools, ToolOptions } from "../../media/ffmpeg.ts";
import { inputArgs } from "@framewright/media/input.ts";
import { decodeStart } from "../../media/landmarks/places.ts";
import { heardStreams } from "@framewright/media/made-sound.ts";
import { seekArgs, type Plan } from "@framewright/media/plan.ts";
import type { Source, SourceVideo } from "@framewright/media/source.ts";
import { canSeek } from "@framewright/media/seeking.ts";
import { timeInResult } from "@framewright/media/timeline.ts";
import { rewriteArgs } from "@framewright/media/video-graph.ts";
import { secondsOf, segmentUri, type Track } from "../../media/tracks.ts";
import { joined } from "../look.ts";

/** A file, and what is made of it. */
export interface SourceArgs {
  readonly tools: MediaTools;
  readonly signal: AbortSignal;
  readonly source: Source;
  readonly plan: Pick<Plan, "sounds" | "cadence" | "maxFps" | "overlay" | "text">;
  readonly sourcePath: string;
}

/** A result on disk, and the file that it was made of. */
export interface CompareArgs extends SourceArgs {
  readonly tracks: readonly Track[];
  readonly outputDir: string;
  /** Paths of the initialisation segments by the track's name. */
  readonly inits: ReadonlyMap<string, string>;
}

/** What one comparison found; nothing may have been seen, which proves nothing. */
export interface Finding {
  readonly looked: boolean;
  /** As sentences. */
  readonly problems: readonly string[];
}

export function allFindings(findings: readonly Finding[]): Finding {
  return {
    looked: findings.some(({ looked }) => looked),
    problems: findings.flatMap(({ problems }) => problems),
  };
}

const quiet = ["-nostdin", "-v", "quiet"] as const;

/** Runs ffmpeg for one look. A look that fails has seen nothing: damage is found by lengths, not here. */
export async function look(
  { tools, signal, sourcePath }: SourceArgs,
  args: readonly string[],
  options: Omit<ToolOptions, "signal" | "reads"> & { readonly reads?: readonly string[] } = {},
): Promise<Buffer> {
  try {
    const reads = options.reads ?? (options.stdin ? [] : [sourcePath]);
    const timed = { signal, timeoutMs: 60_000, encoding: "latin1", ...options, reads } as const;
    return Buffer.from(await tools.run("ffmpeg", [...quiet, ...args], timed), "latin1");
  } catch {
    signal.throwIfAborted();
    return Buffer.alloc(0);
  }
}

function openArgs({ source, sourcePath }: SourceArgs): string[] {
  const { video, demuxer } = source;
  return [...(video ? rewriteArgs(video) : []), ...inputArgs(demuxer, sourcePath)];
}

/**
 * Where clocks may leap, ffmpeg counts from the first track that it reads (see `countedFrom`): all that
 * were decoded are read again.
 */
function readAll({ plan, source: { closesLeaps, video } }: SourceArgs): string[] {
  if (!closesLeaps) return [];
  const indices = [...(video ? [video.index] : []), ...heardStreams(plan.sounds)];
  const maps = [...new Set(indices)].flatMap((index) => ["-map", `0:${index}`]);
  return [...maps, ...["-c", "copy", "-f", "null", "-"]];
}

/** Of a clip, the stamps are those of the file, so that the sight of it does not depend on how it was sought. */
function clipArgs({ source }: SourceArgs): string[] {
  if (!source.cut) return [];
  return [...(source.cut.readFrom > 0 ? ["-copyts"] : []), ...seekArgs(source)];
}

/** The whole source, as ffmpeg opens it by itself; of a clip only what was read for it. */
export function wholeSource(args: SourceArgs): string[] {
  return [...clipArgs(args), ...openArgs(args), ...readAll(args)];
}

/** From a stamp of `wholeSource` to the time in the result. */
export function placeInResult({ source }: SourceArgs, seconds: number): number {
  const { cut, startTime, timeline } = source;
  const raw = (cut?.readFrom ?? 0) > 0;
  return timeInResult(timeline, raw ? seconds - startTime : seconds);
}

/** Containers without an index are sought by guessing: reading starts so much before the keyframe. */
const leadSeconds = 1;
/** A stamp that is cut after three decimals lies before its keyframe. */
const roundingSeconds = 0.001;

export interface Cut {
  readonly input: readonly string[];
  /** Filters that cut out the wanted seconds and bring their start to zero. */
  readonly filters: readonly string[];
}

/** Some seconds of the source from `at` on; by time stamps, wherever seeking leads to. */
export function sourceCut(
  args: SourceArgs,
  { keyTimes }: SourceVideo,
  { at, seconds }: { readonly at: number; readonly seconds: number },
): Cut {
  const { closesLeaps, startTime } = args.source;
  const target = closesLeaps ? decodeStart(keyTimes, at) - leadSeconds : at + roundingSeconds;
  const from = canSeek(args.source) ? target : 0;
  const raw = at + startTime;
  return {
    input: [
      ...["-copyts", "-noaccurate_seek", ...(from > 0 ? ["-ss", from.toFixed(3)] : [])],
      ...openArgs(args),
    ],
    filters: [
      `trim=start=${raw.toFixed(3)}:end=${(raw + seconds).toFixed(3)}`,
      `setpts=PTS-${raw.toFixed(3)}/TB`,
    ],
  };
}

/** Filters that bring a time inside those segments to zero. */
export function fromSecond(seconds: number): string[] {
  return [`trim=start=${seconds.toFixed(3)}`, "setpts=PTS-STARTPTS"];
}

/** The bytes of the segments of a track from one index on, behind its initialisation segment. */
export function segmentsOf(
  { inits, outputDir }: CompareArgs,
  { name, segments }: Track,
  from = 0,
): ReturnType<typeof joined> {
  const init = inits.get(name);
  if (init === undefined) throw new Error(`${name} has no initialisation segment`);
  const uris = segments.map((_, index) => segmentUri(index)).slice(from);
  return joined([init, ...uris.map((uri) => join(outputDir, name, uri))]);
}

/** Where a segment lies in the result, in seconds. */
export interface Place {
  readonly index: number;
  readonly start: number;
}

export function placeOf(track: Track, time: number): Place | undefined {
  let start = 0;
  for (const [index, segment] of track.segments.entries()) {
    const end = start + secondsOf(track, segment.duration);
    if (time < end) return { index, start };
    start = end;
  }
  return undefined;
}
