import { stat } from "node:fs/promises";
import type { JobWarning } from "@framewright/contracts/job.ts";
import { JobFailure } from "../failure.ts";
import type { MediaTools } from "./ffmpeg.ts";
import { readStructure, structureNote, type FileStructure } from "./file-structure.ts";
import { findDemuxer } from "./find-demuxer.ts";
import { countFields, idetFilter, lookFrames, type FieldCounts } from "./interlace.ts";
import { PacketScan, packetArgs, type StreamScan } from "./packet-scan.ts";
import type { PictureLimits } from "./picture.ts";
import { parseReport, type ProbedStream, type ProbeReport } from "./probe-report.ts";
import { toNumber } from "./rational.ts";
import { readAudio } from "./read-audio.ts";
import { chooseVideo, coverOf, readVideo, sourceRate } from "./read-video.ts";
import { keyframeArgs, shapeChanges, type ShapeChange } from "./shape-changes.ts";
import type { Source, SourceVideo } from "./source.ts";
import { timelineOf, type Span, type Timeline } from "./timeline.ts";
import { videoChoices } from "./video-choices.ts";

export interface ProbeLimits extends PictureLimits {
  readonly maxSeconds: number;
  readonly maxStreams: number;
}

/**
 * Options that every opening of an input carries: local files only, this one demuxer only (also
 * for what is nested inside), bounded streams.
 */
export function inputGuards(demuxer: string): string[] {
  return [
    ...["-protocol_whitelist", "file,pipe", "-format_whitelist", demuxer],
    ...["-max_streams", "100", "-f", demuxer],
  ];
}

/** How far a container is read for its streams: bytes and microseconds. */
const analysis = ["-probesize", "33554432", "-analyzeduration", "20000000"];

/** No user-chosen name reaches ffmpeg, and no name can be read as an address or a pattern. */
export function inputUrl(path: string): string {
  return `file:${path}`;
}

export function inputArgs(demuxer: string, path: string): string[] {
  return [...analysis, ...inputGuards(demuxer), "-i", inputUrl(path)];
}

export const reportArgs = [
  ...["-v", "error", "-print_format", "json"],
  ...["-show_format", "-show_streams", "-show_programs"],
] as const;

export interface ProbeArgs {
  readonly tools: MediaTools;
  readonly path: string;
  readonly limits: ProbeLimits;
  readonly signal: AbortSignal;
}

/** An opened file: what its container says, and how tools are run on it. */
export interface Opened {
  readonly demuxer: string;
  readonly report: ProbeReport;
  readonly structure: FileStructure;
  readonly sizeBytes: number;
  /** Runs ffprobe on the file and returns what it printed. */
  readonly probe: (args: readonly string[]) => Promise<string>;
  readonly args: ProbeArgs;
}

/** With the container known and the file local, what ffprobe cannot read is the file's fault. */
function unreadable(error: unknown, note: string | undefined): unknown {
  const code = error instanceof JobFailure ? error.code : undefined;
  if (code !== "encoder-failed" && code !== "encoder-stalled") return error;
  const detail = error instanceof JobFailure ? error.detail : undefined;
  return new JobFailure("source-unreadable", {
    detail: detail ?? "",
    cause: error,
    ...(note !== undefined && { note }),
  });
}

/** Reading the whole file takes its time; slower than this is a fault. */
const minBytesPerMs = 2000;

async function openSource(args: ProbeArgs): Promise<Opened> {
  const { tools, path, signal, limits } = args;
  const demuxer = await findDemuxer(tools, path, signal);
  const structure = await readStructure(path, demuxer);
  const note = structureNote(structure);
  if (structure.state === "truncated" && structure.scope === "file") {
    throw new JobFailure("source-truncated", { note: note ?? "" });
  }
  const { size: sizeBytes } = await stat(path);
  const timeoutMs = 30_000 + sizeBytes / minBytesPerMs;
  const probe = async (wanted: readonly string[]): Promise<string> => {
    try {
      const whole = [...wanted, ...inputArgs(demuxer, path)];
      return await tools.run("ffprobe", whole, { signal, timeoutMs });
    } catch (error) {
      throw unreadable(error, note);
    }
  };
  const report = parseReport(await probe(reportArgs));
  if (report.streams.length > limits.maxStreams) {
    throw new JobFailure("too-many-streams", { note: `It has ${report.streams.length}.` });
  }
  return { demuxer, report, structure, sizeBytes, probe, args };
}

/** Containers whose leaps of the clock ffmpeg closes by itself (AVFMT_TS_DISCONT). */
const discontinuous = new Set(["mpegts", "mpeg", "ogg"]);

/** What ffmpeg takes for zero. */
function startTimeOf({ format }: ProbeReport): number {
  const time = Number.parseFloat(format.start_time ?? "");
  return Number.isFinite(time) ? time : 0;
}

/** All packets of all tracks, as times from the start that ffmpeg takes for zero. */
async function scanPackets(opened: Opened): Promise<Map<number, StreamScan>> {
  const { report, demuxer } = opened;
  const streams = report.streams.filter(({ codec_type: type }) =>
    ["video", "audio"].includes(type ?? ""),
  );
  const scan = new PacketScan({
    streams: new Set(streams.map(({ index }) => index)),
    discontinuous: discontinuous.has(demuxer),
    startTime: startTimeOf(report),
  });
  scan.add(await opened.probe(packetArgs));
  return new Map(scan.streams().map((stream) => [stream.index, stream]));
}

/** Fields are looked for in pictures that a camera or a tape may have made. */
const maxFieldFps = 31;
const maxFieldHeight = 1152;
const noFields: FieldCounts = { tff: 0, bff: 0, progressive: 0 };

function fieldLookArgs(demuxer: string, path: string, index: number, at: number): string[] {
  return [
    ...["-nostdin", "-v", "quiet", "-noautorotate", "-noaccurate_seek", "-ss", at.toFixed(3)],
    ...inputArgs(demuxer, path),
    ...["-map", `0:${index}`, "-frames:v", `${lookFrames}`],
    ...["-vf", idetFilter, "-f", "null", "-"],
  ];
}

/** Two looks, off the very start; a look that fails has seen nothing. */
async function lookAtFields(
  opened: Opened,
  stream: ProbedStream,
  facts: { scan: StreamScan; timeline: Timeline },
): Promise<FieldCounts> {
  const { tools, path, signal } = opened.args;
  const { scan } = facts;
  const rate = toNumber(sourceRate({ stream, ...facts }));
  if (rate > maxFieldFps || (stream.height ?? 0) > maxFieldHeight || scan.times.length < lookFrames)
    return noFields;
  const places = [0.2, 0.6].map((share) => scan.times[Math.floor(scan.times.length * share)] ?? 0);
  let text = "";
  for (const at of scan.times.length < 4 * lookFrames ? [0] : places) {
    const args = fieldLookArgs(opened.demuxer, path, stream.index, Math.max(0, at));
    text += await tools.run("ffmpeg", args, { signal, timeoutMs: 60_000 }).catch(() => {
      signal.throwIfAborted();
      return "";
    });
  }
  return countFields(text);
}

/** Broadcast containers, whose pictures change their shape from one programme to the next. */
const changing = new Set(["mpegts", "mpeg"]);

async function lookAtShapes(opened: Opened, stream: ProbedStream): Promise<ShapeChange[]> {
  if (!changing.has(opened.demuxer)) return [];
  const text = await opened.probe([...keyframeArgs, "-select_streams", `${stream.index}`]);
  return shapeChanges(text, startTimeOf(opened.report));
}

/** Names what was tried, where a file holds tracks that cannot be used. */
function nothingToPlay(warnings: readonly JobWarning[]): JobFailure {
  const note = warnings.map(({ message }) => message).join(" ");
  return new JobFailure("nothing-to-play", note === "" ? {} : { note });
}

function lastTimeOf(scans: Iterable<StreamScan>): number {
  return Math.max(0, ...[...scans].map(({ times }) => times.at(-1) ?? 0));
}

/** A recorder that was killed leaves a last part that is not whole: what came before is used. */
function structureWarnings({ structure }: Opened): JobWarning[] {
  const note = structureNote(structure);
  if (structure.state !== "truncated" || note === undefined) return [];
  return [{ code: "last-part-cut", message: `The end of the recording is missing. ${note}` }];
}

function endOf(spans: readonly (Span | undefined)[]): number {
  return Math.max(0, ...spans.map((span) => span?.end ?? 0));
}

function checkDuration(durationSeconds: number, { maxSeconds }: ProbeLimits): void {
  if (durationSeconds <= maxSeconds) return;
  const note = `It lasts ${Math.round(durationSeconds)} s; the limit is ${maxSeconds} s.`;
  throw new JobFailure("source-too-long", { note });
}

/** The film of a file, with the scan of its packets; throws where its codec is not supported. */
async function probeVideo(
  opened: Opened,
  stream: ProbedStream,
  facts: { scan: StreamScan; timeline: Timeline },
): Promise<SourceVideo> {
  const fields = await lookAtFields(opened, stream, facts);
  const changes = await lookAtShapes(opened, stream);
  return readVideo({ stream, ...facts, fields, changes, limits: opened.args.limits });
}

/** Looks at a file with ffprobe, chooses what to make of it, and refuses what is not to be encoded. */
export async function probeSource(args: ProbeArgs): Promise<Source> {
  const opened = await openSource(args);
  const { report, demuxer, sizeBytes } = opened;
  const scans = await scanPackets(opened);
  const stream = chooseVideo(report.streams, scans);
  const scan = stream && scans.get(stream.index);
  const audio = await readAudio(opened, scans, stream?.index);
  const chosen = [...(scan ? [scan] : []), ...audio.scans];
  const timeline = timelineOf(chosen);
  const sound = audio.read(timeline);
  const video = stream && scan && (await probeVideo(opened, stream, { scan, timeline }));
  if (!video && !sound) throw nothingToPlay(audio.warnings);
  const durationSeconds = endOf([video?.span, sound?.span]);
  checkDuration(durationSeconds, args.limits);
  return {
    demuxer,
    durationSeconds,
    sizeBytes,
    timeline,
    closesLeaps: discontinuous.has(demuxer),
    startTime: startTimeOf(report),
    lastTime: lastTimeOf(chosen),
    video,
    audio: sound,
    cover: coverOf(report.streams)?.index,
    warnings: [...structureWarnings(opened), ...audio.warnings],
    choices: [...videoChoices(video, timeline), ...audio.choices],
  };
}
