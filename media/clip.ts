import { shortestClipSeconds, type Clip } from "@framewright/contracts/edit.ts";
import { canSeek } from "./seeking.ts";
import type { Source, SourceAudio, SourceVideo } from "./source.ts";
import { timeInResult, timeInSource, type Span, type Timeline } from "./timeline.ts";

/** Where a clip lies in the result that the whole source would have, in seconds. */
interface Range {
  readonly start: number;
  readonly end: number;
}

function rangeOf({ start = 0, end = Number.POSITIVE_INFINITY }: Clip, source: Source): Range {
  return { start, end: Math.min(end, source.durationSeconds) };
}

function rounded(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}

/** Why nothing can be made of this part of the source. */
export function clipProblem(source: Source, clip: Clip): string | undefined {
  const { start } = rangeOf(clip, source);
  const [what, end] = source.video
    ? ["pictures of the source end", source.video.span.end]
    : ["source ends", source.durationSeconds];
  if (start + shortestClipSeconds <= end) return undefined;
  return `The clip begins at ${start} s, and the ${what} at ${rounded(end)} s.`;
}

/** Seconds by which the source ends before the clip; less than a picture of television is none. */
export function clipShortfall({ durationSeconds }: Source, { end }: Clip): number {
  const missing = (end ?? 0) - durationSeconds;
  return missing > 0.05 ? rounded(missing) : 0;
}

function moved({ start, end }: Span, range: Range): Span {
  return {
    start: Math.max(0, start - range.start),
    end: Math.min(end, range.end) - range.start,
  };
}

/** A track that goes on behind its end in the result is cut there. */
function cutTrack<Track extends { readonly span: Span }>(track: Track, range: Range) {
  return { ...track, span: moved(track.span, range), goesOn: track.span.end > range.end };
}

/** Too little of it is in the clip for its encoder. */
function isHeard({ span }: SourceAudio, { start, end }: Range): boolean {
  return Math.min(span.end, end) - Math.max(span.start, start) > shortestClipSeconds;
}

/** Sound before the first picture that decoders need to begin with. */
const leadSeconds = 2;
/** Less than this is read faster than it is sought. */
const nearSeconds = 10;

/**
 * Where reading begins, in seconds from the start of the file. Where ffmpeg closes leaps of the clock it counts from
 * another start once it has sought (`correct_input_start_times` of ffmpeg.c), so that such a file is read whole.
 */
function readFrom(source: Source, start: number): number {
  const from = timeInSource(source.timeline, start) - leadSeconds;
  return from < nearSeconds || source.closesLeaps || !canSeek(source) ? 0 : Math.floor(from);
}

function cutVideo(video: SourceVideo, range: Range, inResult: (time: number) => number) {
  const { busiest, span, pictures } = video;
  const cut = cutTrack(video, range);
  const isInside = (time: number): boolean => time >= range.start && time < range.end;
  return {
    ...cut,
    pictures: Math.ceil((pictures * cut.span.end) / Math.max(span.end, cut.span.end)),
    busiest: busiest !== undefined && isInside(inResult(busiest)) ? busiest : undefined,
  };
}

/**
 * The source as if it were this part alone: its clock starts later, and its tracks end earlier. The clip is one for which
 * `clipProblem` has nothing to say.
 */
export function clipSource(source: Source, clip: Clip): Source {
  const range = rangeOf(clip, source);
  const { timeline, video, audio, alternates } = source;
  const inResult = (time: number): number => timeInResult(timeline, time);
  const own = video && cutVideo(video, range, inResult);
  const sound = audio && isHeard(audio, range) ? cutTrack(audio, range) : undefined;
  const from = readFrom(source, range.start);
  return {
    ...source,
    durationSeconds: Math.max(own?.span.end ?? 0, sound?.span.end ?? 0),
    timeline: { ...timeline, origin: timeline.origin + range.start },
    lastTime: Math.min(source.lastTime, timeInSource(timeline, range.end)),
    video: own,
    audio: sound,
    alternates: alternates.filter((one) => isHeard(one, range)).map((one) => cutTrack(one, range)),
    cut: { ...range, readFrom: from },
  };
}

/** The clock as ffmpeg counts it when reading begins later. */
export function soughtTimeline({ origin, leaps }: Timeline, from: number): Timeline {
  if (from === 0) return { origin, leaps };
  return {
    origin: origin - from,
    leaps: leaps.map(({ at, seconds }) => ({ at: at - from, seconds })),
  };
}
