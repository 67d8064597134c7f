import type { Profile } from "@framewright/contracts/job.ts";
import type { Encoder } from "./encoders/encoder.ts";
import { cadenceOf, type Cadence } from "./frame-rate.ts";
import { planLadder, type Rendition } from "./ladder.ts";
import { inputGuards, inputUrl } from "./probe.ts";
import { formatRational } from "./rational.ts";
import type { Source, SourceVideo } from "./source.ts";

export const audioName = "audio";
const audioKbps = 128;
/** Samples of silence that an AAC encoder puts before the first one; see `audioChain`. */
const aacPriming = 1024;
const sampleRate = 48_000;

export interface PlanArgs {
  readonly source: Source;
  readonly profile: Profile;
  readonly encoder: Encoder;
  /** Of the hardware encoder, such as /dev/dri/renderD128. */
  readonly device: string;
  readonly threads: number;
  readonly sourcePath: string;
  readonly outputDir: string;
  readonly maxSeconds: number;
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

/** Linear light, mapped down, back to BT.709: for PQ and HLG sources. */
const toneMap = [
  "zscale=t=linear:npl=100",
  "format=gbrpf32le",
  "zscale=p=bt709",
  "tonemap=hable:desat=0",
  "zscale=t=bt709:m=bt709:r=tv",
];

function mainChain(video: SourceVideo, encoder: Encoder): string[] {
  return [
    ...(video.interlaced ? ["bwdif=mode=send_frame:deint=interlaced"] : []),
    // Starts at zero by repeating the first frame, so that sound and picture begin together.
    `fps=fps=${formatRational(video.fps)}:start_time=0:round=near`,
    ...(video.hdr ? toneMap : []),
    ...encoder.prepare,
  ];
}

function renditionChain(rendition: Rendition, video: SourceVideo, encoder: Encoder): string {
  const same = rendition.width === video.width && rendition.height === video.height;
  // A nominal scale drops out in ffmpeg where the coded size is the displayed one.
  const scale = same && encoder.accel !== "cpu" ? [] : [encoder.scale(rendition)];
  return [...scale, "setsar=1"].join(",");
}

function videoGraph(args: PlanArgs, renditions: readonly Rendition[]): string[] {
  const { video } = args.source;
  const inputs = renditions.map((_, index) => `[s${index}]`);
  const main = [...mainChain(video, args.encoder), `split=${renditions.length}`].join(",");
  return [
    `[0:${video.index}]${main}${inputs.join("")}`,
    ...renditions.map(
      (rendition, index) =>
        `[s${index}]${renditionChain(rendition, video, args.encoder)}[v${index}]`,
    ),
  ];
}

/**
 * Gaps are filled with silence, and sound starts at zero. The encoder's priming then pushes
 * everything back by 1024 samples, and players that go by decode times (hls.js) keep it so: the
 * first 1024 samples are cut, which the priming replaces.
 */
function audioChain(index: number): string {
  const chain = [
    "aresample=async=1:first_pts=0",
    `aformat=sample_fmts=fltp:sample_rates=${sampleRate}:channel_layouts=stereo`,
    `atrim=start_sample=${aacPriming}`,
    "asetpts=PTS-STARTPTS",
  ];
  return `[0:${index}]${chain.join(",")}[a0]`;
}

function muxerArgs(args: PlanArgs, cadence: Cadence, folders: readonly string[]): string[] {
  const variants = folders.map((folder, index) =>
    folder === audioName ? `a:0,agroup:audio,name:${folder}` : variantOf(index, folder, folders),
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
    ...encoder.commonArgs({ gopFrames, threads }),
    ...renditions.flatMap((rendition, index) => encoder.videoArgs({ index, rendition })),
    ...(source.audio ? ["-c:a", "aac", "-b:a", `${audioKbps}k`, "-ac", "2"] : []),
    ...["-map_metadata", "-1", "-map_chapters", "-1"],
  ];
}

export function planEncode(args: PlanArgs): Plan {
  const { source, threads } = args;
  const cadence = cadenceOf(source.video.fps);
  const renditions = planLadder(source.video, source.video.fps, args.profile);
  const folders = [
    ...renditions.map((rendition) => rendition.name),
    ...(source.audio ? [audioName] : []),
  ];
  const graph = [
    ...videoGraph(args, renditions),
    ...(source.audio ? [audioChain(source.audio.index)] : []),
  ];
  const argv = [
    ...["-nostdin", "-y", "-hide_banner", "-v", "warning", "-nostats"],
    ...["-progress", "pipe:1", "-stats_period", "0.5"],
    ...args.encoder.deviceArgs(args.device),
    ...["-threads", `${threads}`, ...inputGuards(source.demuxer)],
    ...["-t", `${args.maxSeconds}`, "-i", inputUrl(args.sourcePath)],
    ...["-filter_complex_threads", `${threads}`, "-filter_complex", graph.join(";")],
    ...encodeArgs(args, renditions, cadence),
    ...muxerArgs(args, cadence, folders),
  ];
  return { argv, cadence, renditions, hasAudio: source.audio !== undefined, folders };
}
