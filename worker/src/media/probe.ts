import type { JobWarning } from "@framewright/contracts/job.ts";
import { JobFailure } from "../failure.ts";
import { structureNote } from "./file-structure.ts";
import { openSource, type Opened, type ProbeArgs, type ProbeLimits } from "./open-source.ts";
import { PacketScan, type StreamScan } from "@framewright/media/packet-scan.ts";
import { countedFrom, startTimeOf, type ProbedStream } from "@framewright/media/probe-report.ts";
import { readAudio, type ChosenAudio } from "./read-audio.ts";
import { chooseVideo, coverOf, readVideo, type VideoFacts } from "./read-video.ts";
import type { Source, SourceVideo } from "@framewright/media/source.ts";
import { chooseSubtitles } from "@framewright/media/subtitles/subtitle-tracks.ts";
import { timelineOf, type Span } from "@framewright/media/timeline.ts";
import { videoChoices } from "./video-choices.ts";
import { lookAtFields, lookAtShapes, noFields } from "./video-looks.ts";

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

interface FilmFacts extends Pick<VideoFacts, "fields" | "timeline" | "limits"> {
  readonly opened: Opened;
}

interface Film {
  readonly stream: ProbedStream;
  readonly scan: StreamScan;
}

type Scans = ReadonlyMap<number, StreamScan>;

/** Times count from the start that ffmpeg takes for zero. */
function scansOf({ report }: Opened, packets: PacketScan): Scans {
  return new Map(packets.streams(startTimeOf(report)).map((scan) => [scan.index, scan]));
}

/** The film of a file; throws where its codec is not supported. */
function filmIn({ report }: Opened, scans: Scans): Film | undefined {
  const stream = chooseVideo(report.streams, scans);
  const scan = stream && scans.get(stream.index);
  return stream && scan && { stream, scan };
}

interface Tracks {
  readonly opened: Opened;
  readonly film: Film | undefined;
  readonly audio: ChosenAudio;
  /** Of the picture and the sound that plays by default. */
  readonly chosen: readonly StreamScan[];
  readonly closings: readonly number[];
}

async function chooseTracks(opened: Opened, packets: PacketScan, scans: Scans): Promise<Tracks> {
  const film = filmIn(opened, scans);
  const audio = await readAudio(opened, scans, film?.stream.index);
  const chosen = [...(film ? [film.scan] : []), ...audio.scans];
  return { opened, film, audio, chosen, closings: packets.closings(startTimeOf(opened.report)) };
}

/** The tracks that are decoded, with times as ffmpeg counts them when it decodes no others. */
async function readTracks(opened: Opened, packets: PacketScan, scans: Scans): Promise<Tracks> {
  const tracks = await chooseTracks(opened, packets, scans);
  if (!discontinuous.has(opened.demuxer)) return tracks;
  const indices = [...tracks.chosen, ...tracks.audio.otherScans].map(({ index }) => index);
  const counted = { ...opened, report: countedFrom(opened.report, indices) };
  if (startTimeOf(counted.report) === startTimeOf(opened.report)) return tracks;
  return await chooseTracks(counted, packets, scansOf(counted, packets));
}

/** Sound and pictures are looked at side by side: starting a look takes longer than most looks last. */
async function readAndLook(opened: Opened) {
  const packets = await scanPackets(opened);
  const scans = scansOf(opened, packets);
  const film = filmIn(opened, scans);
  const [tracks, fields] = await Promise.allSettled([
    readTracks(opened, packets, scans),
    film ? lookAtFields(opened, film.stream, film.scan) : noFields,
  ]);
  if (tracks.status === "rejected") throw tracks.reason;
  if (fields.status === "rejected") throw fields.reason;
  return { ...tracks.value, fields: fields.value };
}

/** What the pictures of a film are, with their fields counted. */
async function readFilm({ stream, scan }: Film, facts: FilmFacts): Promise<SourceVideo> {
  const changes = await lookAtShapes(facts.opened, stream);
  return readVideo({ ...facts, stream, scan, changes });
}

/** Looks at a file with ffprobe, chooses what to make of it, and refuses what is not to be encoded. */
export async function probeSource(args: ProbeArgs): Promise<Source> {
  const { opened, film, fields, audio, chosen, closings } = await readAndLook(
    await openSource(args),
  );
  const { report, demuxer, sizeBytes } = opened;
  checkClock(chosen);
  const timeline = timelineOf(chosen, closings);
  const [sound, ...others] = audio.read(timeline);
  const { limits } = args;
  const video = film && (await readFilm(film, { opened, fields, timeline, limits }));
  if (!video && !sound) throw nothingToPlay(audio.warnings);
  const subtitles = chooseSubtitles(report, film?.stream.index);
  const durationSeconds = endOf([video?.span, sound?.span]);
  checkDuration(durationSeconds, limits);
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
