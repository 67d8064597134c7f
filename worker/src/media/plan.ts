import type { Profile } from "@framewright/contracts/job.ts";
import { aacArgs, decodeArgs, soundGraph } from "./audio-graph.ts";
import type { Encoder } from "./encoders/encoder.ts";
import { cadenceOf, type Cadence } from "./frame-rate.ts";
import { planLadder, type Rendition } from "./ladder.ts";
import { inputArgs } from "./input.ts";
import type { Rational } from "./rational.ts";
import { isFilm, type Source } from "./source.ts";
import { videoGraph, videoInputArgs } from "./video-graph.ts";

export const audioName = "audio";

export interface PlanArgs {
  readonly source: Source;
  readonly profile: Profile;
  readonly encoder: Encoder;
  /** Of the hardware encoder, such as /dev/dri/renderD128. */
  readonly device: string;
  readonly threads: number;
  readonly sourcePath: string;
  readonly outputDir: string;
}

/** The one ffmpeg command, and what must lie in the output directory when it has ended. */
export interface Plan {
  readonly argv: readonly string[];
  readonly cadence: Cadence;
  readonly renditions: readonly Rendition[];
  readonly hasAudio: boolean;
  /** Folders under the output directory, in the order of the muxer's variants. */
  readonly folders: readonly string[];
}

function muxerArgs(args: PlanArgs, cadence: Cadence, folders: readonly string[]): string[] {
  const group = folders.length > 1 ? ",agroup:audio" : "";
  const variants = folders.map((folder, index) =>
    folder === audioName ? `a:0${group},name:${folder}` : variantOf(index, folder, folders),
  );
  return [
    ...["-f", "hls", "-hls_time", cadence.segmentSeconds, "-hls_playlist_type", "vod"],
    ...["-hls_segment_type", "fmp4", "-hls_flags", "independent_segments+temp_file"],
    // No edit lists (7.1 writes them unless an option says no): the first picture lies at zero by a negative offset.
    ...[
      "-hls_segment_options",
      "movflags=+cmaf:use_editlist=0",
      "-hls_fmp4_init_filename",
      "init.mp4",
    ],
    ...["-var_stream_map", variants.join(" ")],
    ...["-hls_segment_filename", `${args.outputDir}/%v/%05d.m4s`],
    `${args.outputDir}/%v/index.m3u8`,
  ];
}

function variantOf(index: number, folder: string, folders: readonly string[]): string {
  const group = folders.includes(audioName) ? ",agroup:audio" : "";
  return `v:${index}${group},name:${folder}`;
}

function encodeArgs(args: PlanArgs, renditions: readonly Rendition[], cadence: Cadence): string[] {
  const { encoder, source, threads } = args;
  const { gopFrames } = cadence;
  return [
    ...renditions.flatMap((_, index) => ["-map", `[v${index}]`]),
    ...(source.audio ? ["-map", "[a0]"] : []),
    ...(renditions.length > 0 ? encoder.commonArgs({ gopFrames, threads }) : []),
    ...renditions.flatMap((rendition, index) => encoder.videoArgs({ index, rendition })),
    ...(source.audio ? aacArgs : []),
    ...["-map_metadata", "-1", "-map_chapters", "-1"],
  ];
}

/** Reading ends a little behind the last packet that was seen. */
const readMargin = 5;

function sourceArgs({ source, sourcePath, threads }: PlanArgs): string[] {
  return [
    ...["-threads", `${threads}`, ...(source.video ? videoInputArgs(source.video) : [])],
    ...["-t", `${Math.ceil(source.lastTime) + readMargin}`],
    ...inputArgs(source.demuxer, sourcePath),
  ];
}

/** Of a result without pictures: its segments are as long as those of a film. */
const soundFps: Rational = { num: 25, den: 1 };

function pictureArgs(args: PlanArgs, renditions: readonly Rendition[]): string[] {
  const { source, encoder } = args;
  return isFilm(source) ? ["-filter_complex", videoGraph({ source, encoder, renditions })] : [];
}

function soundArgs({ audio, timeline }: Source): string[] {
  return audio ? [...decodeArgs(audio, timeline), "-filter_complex", soundGraph("a0")] : [];
}

export function planEncode(args: PlanArgs): Plan {
  const { source, encoder, threads } = args;
  const { video, audio } = source;
  const cadence = cadenceOf(video?.fps ?? soundFps);
  const renditions = video ? planLadder(video.picture.displayed, video.fps, args.profile) : [];
  const folders = [...renditions.map(({ name }) => name), ...(audio ? [audioName] : [])];
  const argv = [
    ...["-nostdin", "-y", "-hide_banner", "-v", "warning", "-nostats"],
    ...["-progress", "pipe:1", "-stats_period", "0.5"],
    // What decodes is judged by its length afterwards, not by the share of errors.
    ...["-max_error_rate", "1"],
    ...encoder.deviceArgs(args.device),
    ...sourceArgs(args),
    ...["-filter_complex_threads", `${threads}`],
    ...soundArgs(source),
    ...pictureArgs(args, renditions),
    ...encodeArgs(args, renditions, cadence),
    ...muxerArgs(args, cadence, folders),
  ];
  return { argv, cadence, renditions, hasAudio: audio !== undefined, folders };
}
