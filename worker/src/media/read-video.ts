import { JobFailure } from "../failure.ts";
import { colourOf } from "@framewright/media/colour.ts";
import {
  busiestSecond,
  chooseFrameRate,
  fastestRate,
  fieldRate,
  pairRate,
} from "@framewright/media/frame-rate.ts";
import { fieldOrderOf, type FieldCounts } from "@framewright/media/interlace.ts";
import { decodeBudget } from "./landmarks/places.ts";
import type { StreamScan } from "@framewright/media/packet-scan.ts";
import { readPicture, type PictureLimits } from "./read-picture.ts";
import { preferred, type ProbedStream } from "@framewright/media/probe-report.ts";
import { parseRational } from "@framewright/media/rational.ts";
import type { ShapeChange } from "@framewright/media/shape-changes.ts";
import type { SourceVideo } from "@framewright/media/source.ts";
import { spanOf, timeInResult, type Timeline } from "@framewright/media/timeline.ts";

const videoCodecs = new Set(
  (
    "h264 hevc av1 vvc vp6 vp6a vp6f vp7 vp8 vp9 mpeg1video mpeg2video mpeg4 msmpeg4v1 msmpeg4v2 msmpeg4v3 " +
    "h261 h263 h263i h263p flv1 flashsv flashsv2 mjpeg mjpegb jpeg2000 prores dnxhd cfhd theora dirac vc1 " +
    "wmv1 wmv2 wmv3 rv10 rv20 rv30 rv40 ffv1 huffyuv ffvhuff utvideo magicyuv hap rawvideo dvvideo cinepak " +
    "indeo3 indeo4 indeo5 svq1 svq3 qtrle rpza msrle msvideo1 tscc tscc2 zmbv png gif apng webp v210 v308 v408 v410 r210 cavs"
  ).split(" "),
);

/** Dispositions of pictures that are no film: covers, previews. */
const noFilm = ["attached_pic", "timed_thumbnails", "still_image"];

function isFilm(stream: ProbedStream): boolean {
  return stream.codec_type === "video" && noFilm.every((name) => stream.disposition?.[name] !== 1);
}

/** Profile 5 has no picture that a decoder without Dolby Vision shows in its right colours. */
function refuseDolbyVision5(stream: ProbedStream): void {
  const config = stream.side_data_list?.find((data) => data.dv_profile !== undefined);
  if (config?.dv_profile !== 5) return;
  const note = "It is Dolby Vision profile 5; profiles 7 and 8 carry pictures that can be read.";
  throw new JobFailure("video-codec-unsupported", { note });
}

/**
 * Of the video streams the default one that has pictures; throws where its codec is not supported. A
 * single picture beside a film is a cover or a preview, also where nothing says so.
 */
export function chooseVideo(
  streams: readonly ProbedStream[],
  scans: ReadonlyMap<number, StreamScan>,
): ProbedStream | undefined {
  const films = streams.filter(isFilm);
  const withPictures = (least: number): ProbedStream[] =>
    films.filter(({ index }) => (scans.get(index)?.times.length ?? 0) >= least);
  const stream = preferred(withPictures(2)) ?? preferred(withPictures(1));
  if (!stream) return undefined;
  const codec = stream.codec_name ?? "unknown";
  if (!videoCodecs.has(codec)) {
    throw new JobFailure("video-codec-unsupported", { note: `It is ${codec}.` });
  }
  refuseDolbyVision5(stream);
  return stream;
}

function hasAlpha(pixelFormat: string): boolean {
  return /^(yuva|gbrap|rgba|bgra|argb|abgr|ya\d|pal8)/.test(pixelFormat);
}

/** A picture that stands for the file, such as an album's cover. */
export function coverOf(streams: readonly ProbedStream[]): ProbedStream | undefined {
  return streams.find(({ disposition }) => disposition?.["attached_pic"] === 1);
}

export interface VideoFacts {
  readonly stream: ProbedStream;
  readonly scan: StreamScan;
  readonly timeline: Timeline;
  readonly fields: FieldCounts;
  readonly changes: readonly ShapeChange[];
  readonly limits: PictureLimits;
}

function timesInResult({ scan, timeline }: Pick<VideoFacts, "scan" | "timeline">): number[] {
  return scan.times.map((time) => timeInResult(timeline, time));
}

export function sourceRate(facts: Pick<VideoFacts, "stream" | "scan" | "timeline">) {
  const average = parseRational(facts.stream.avg_frame_rate);
  const base = parseRational(facts.stream.r_frame_rate);
  return chooseFrameRate({ average, base }, timesInResult(facts));
}

export function readVideo(facts: VideoFacts): SourceVideo {
  const { stream, scan, timeline, fields, changes, limits } = facts;
  const picture = readPicture({ stream, changes, end: scan.times.at(-1) ?? 0 }, limits);
  const fieldOrder = fieldOrderOf(stream, fields);
  const packets = sourceRate(facts);
  const rate = fieldOrder ? pairRate(packets, parseRational(stream.avg_frame_rate)) : packets;
  const span = spanOf(timeline, scan) ?? { start: 0, end: 0 };
  return {
    index: stream.index,
    codec: stream.codec_name ?? "unknown",
    picture,
    colour: colourOf(stream),
    pixelFormat: stream.pix_fmt ?? "yuv420p",
    hasAlpha: hasAlpha(stream.pix_fmt ?? ""),
    fieldOrder,
    fps: fieldOrder ? fieldRate(rate) : rate,
    sourceFps: rate,
    span,
    pictures: scan.times.length,
    keyTimes: scan.keyTimes,
    busiest: busiestSecond(scan, decodeBudget(span.end)),
    fastest: fastestRate(timesInResult(facts)),
  };
}
