import type { JobWarning } from "@framewright/contracts/job.ts";
import { JobFailure } from "../failure.ts";
import { structureNote } from "./file-structure.ts";
import { openSource, type Opened, type ProbeArgs, type ProbeLimits } from "./open-source.ts";
import { PacketScan, type StreamScan } from "@framewright/media/packet-scan.ts";
import { countedFrom, startTimeOf, type ProbedStream } from "@framewright/media/probe-report.ts";
import { readAudio, type ChosenAudio } from "./read-audio.ts";
import { chooseVideo, coverOf, readVideo } from "./read-video.ts";
import type { Source, SourceVideo } from "@framewright/media/source.ts";
import { chooseSubtitles } from "@framewright/media/subtitles/subtitle-tracks.ts";
import { timelineOf, type Span, type Timeline } from "@framewright/media/timeline.ts";
import { videoChoices } from "./video-choices.ts";
import { lookAtFields, lookAtShapes } from "./video-looks.ts";

/** Containers whose leaps of the clock ffmpeg closes by itself (AVFMT_TS_DISCONT). */
const discontinuous = new Set(["mpegts", "mpeg", "ogg"]);

/** Reads all packets of all tracks: of hours of film, their list is too long to be kept. */
async function scanPackets({ report, demuxer, packets }: Opened): Promise<PacketScan> {
  const streams = report.streams.filter(({ codec_type: type }) =>
    ["video", "audio"].includes(type ?? ""),
  );
  const scan = new PacketScan({
    streams: new Set(streams.map(({ index }) => index)),
    discontinuous: discontinuous.has(demuxer),
  });
  await packets((chunk) => {
    scan.add(chunk);
  });
  return scan;
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

/** Two pictures of the same time cannot both be shown, and no clock can be found that has room for both. */
function checkClock(chosen: readonly StreamScan[]): void {
  const step = chosen.find(({ stepBack }) => stepBack !== undefined)?.stepBack;
  if (!step) return;
  const note = `Its time stamps go back from ${step.from.toFixed(2)} s to ${step.to.toFixed(2)} s.`;
  throw new JobFailure("source-unsupported", { note });
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

interface Tracks {
  readonly opened: Opened;
  readonly stream: ProbedStream | undefined;
  readonly scan: StreamScan | undefined;
  readonly audio: ChosenAudio;
  /** Of the picture and the sound that plays by default. */
  readonly chosen: readonly StreamScan[];
  readonly closings: readonly number[];
}

/** Times count from the start that ffmpeg takes for zero. */
async function chooseTracks(opened: Opened, packets: PacketScan): Promise<Tracks> {
  const startTime = startTimeOf(opened.report);
  const found = packets.streams(startTime);
  const scans = new Map(found.map((scan) => [scan.index, scan]));
  const stream = chooseVideo(opened.report.streams, scans);
  const scan = stream && scans.get(stream.index);
  const audio = await readAudio(opened, scans, stream?.index);
  const chosen = [...(scan ? [scan] : []), ...audio.scans];
  return { opened, stream, scan, audio, chosen, closings: packets.closings(startTime) };
}

/** The tracks that are decoded, with times as ffmpeg counts them when it decodes no others. */
async function readTracks(opened: Opened): Promise<Tracks> {
  const packets = await scanPackets(opened);
  const tracks = await chooseTracks(opened, packets);
  if (!discontinuous.has(opened.demuxer)) return tracks;
  const indices = [...tracks.chosen, ...tracks.audio.otherScans].map(({ index }) => index);
  const report = countedFrom(opened.report, indices);
  if (startTimeOf(report) === startTimeOf(opened.report)) return tracks;
  return await chooseTracks({ ...opened, report }, packets);
}

/** Looks at a file with ffprobe, chooses what to make of it, and refuses what is not to be encoded. */
export async function probeSource(args: ProbeArgs): Promise<Source> {
  const tracks = await readTracks(await openSource(args));
  const { opened, stream, scan, audio, chosen, closings } = tracks;
  const { report, demuxer, sizeBytes } = opened;
  checkClock(chosen);
  const timeline = timelineOf(chosen, closings);
  const [sound, ...others] = audio.read(timeline);
  const video = stream && scan && (await probeVideo(opened, stream, { scan, timeline }));
  if (!video && !sound) throw nothingToPlay(audio.warnings);
  const subtitles = chooseSubtitles(report, stream?.index);
  const durationSeconds = endOf([video?.span, sound?.span]);
  checkDuration(durationSeconds, args.limits);
  return {
    demuxer,
    durationSeconds,
    sizeBytes,
    timeline,
    closesLeaps: discontinuous.has(demuxer),
    closings,
    startTime: startTimeOf(report),
    lastTime: lastTimeOf(chosen),
    video,
    audio: sound,
    alternates: others,
    subtitles: subtitles.tracks,
    cover: coverOf(report.streams)?.index,
    warnings: [...structureWarnings(opened), ...audio.warnings, ...subtitles.warnings],
    choices: [...videoChoices(video, timeline), ...audio.choices],
  };
}
