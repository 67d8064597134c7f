import { Type, type Static } from "typebox";
import { Value } from "typebox/value";
import { JobFailure } from "../failure.ts";
import { chooseFrameRate } from "./frame-rate.ts";
import { parseRational, toNumber } from "./rational.ts";
import type { Source, SourceAudio, SourceVideo } from "./source.ts";

export interface ProbeLimits {
  readonly maxSeconds: number;
  /** Of the coded picture; 8K is 7680 × 4320 plus a margin. */
  readonly maxPixels: number;
  readonly maxStreams: number;
}

const Text = Type.Optional(Type.String());

const ProbeStream = Type.Object({
  index: Type.Integer(),
  codec_type: Text,
  codec_name: Text,
  width: Type.Optional(Type.Integer()),
  height: Type.Optional(Type.Integer()),
  sample_aspect_ratio: Text,
  avg_frame_rate: Text,
  r_frame_rate: Text,
  field_order: Text,
  color_transfer: Text,
  duration: Text,
  channels: Type.Optional(Type.Integer()),
  sample_rate: Text,
  disposition: Type.Optional(Type.Record(Type.String(), Type.Integer())),
  tags: Type.Optional(Type.Record(Type.String(), Type.String())),
  side_data_list: Type.Optional(
    Type.Array(Type.Object({ rotation: Type.Optional(Type.Number()) })),
  ),
});
type ProbeStream = Static<typeof ProbeStream>;

const ProbeReport = Type.Object({
  format: Type.Object({ duration: Text, size: Text }),
  streams: Type.Array(ProbeStream),
});

const videoCodecs = new Set(
  (
    "h264 hevc av1 vp8 vp9 mpeg1video mpeg2video mpeg4 msmpeg4v2 msmpeg4v3 h263 flv1 vp6 vp6f " +
    "mjpeg prores dnxhd theora vc1 wmv1 wmv2 wmv3 ffv1 rawvideo dvvideo cinepak svq3 qtrle png v210"
  ).split(" "),
);
const audioCodecs =
  /^(aac|mp1|mp2|mp3|opus|vorbis|flac|alac|ac3|eac3|dts|truehd|mlp|pcm_\w+|wma(v1|v2|pro)|amr_nb|amr_wb|adpcm_\w+|speex|nellymoser|wavpack)$/;

const hdrTransfers = new Set(["smpte2084", "arib-std-b67"]);
const interlacedOrders = new Set(["tt", "bb", "tb", "bt"]);

function seconds(text: string | undefined): number | undefined {
  const value = Number.parseFloat(text ?? "");
  return Number.isFinite(value) && value > 0 ? value : undefined;
}

/** Matroska states a stream's length only as a tag, `00:00:05.005000000`. */
function streamSeconds(stream: ProbeStream): number | undefined {
  const tag = stream.tags?.["DURATION"]?.match(/^(\d+):(\d+):(\d+(?:\.\d+)?)$/);
  const tagged = tag && Number(tag[1]) * 3600 + Number(tag[2]) * 60 + Number(tag[3]);
  return seconds(stream.duration) ?? (tagged === 0 ? undefined : (tagged ?? undefined));
}

/** Of several, the one marked as default, otherwise the first. */
function pick(streams: readonly ProbeStream[]): ProbeStream | undefined {
  return streams.find((stream) => stream.disposition?.["default"] === 1) ?? streams[0];
}

function displayedSize(stream: ProbeStream): { width: number; height: number } {
  const aspect = parseRational(stream.sample_aspect_ratio);
  const width = Math.round((stream.width ?? 0) * (aspect ? toNumber(aspect) : 1));
  const height = stream.height ?? 0;
  const rotation = stream.side_data_list?.find((data) => data.rotation !== undefined)?.rotation;
  const turned = Math.abs(Math.round((rotation ?? 0) / 90)) % 2 === 1;
  return turned ? { width: height, height: width } : { width, height };
}

function checkPicture(stream: ProbeStream, limits: ProbeLimits): void {
  const width = stream.width ?? 0;
  const height = stream.height ?? 0;
  const size = `It is ${width} by ${height} pixels.`;
  if (width < 16 || height < 16) throw new JobFailure("picture-too-small", { note: size });
  if (width * height > limits.maxPixels || Math.max(width, height) > 16384) {
    throw new JobFailure("picture-too-large", { note: size });
  }
}

function readVideo(streams: readonly ProbeStream[], limits: ProbeLimits): SourceVideo {
  const stream = pick(
    streams.filter((one) => one.codec_type === "video" && one.disposition?.["attached_pic"] !== 1),
  );
  if (!stream) throw new JobFailure("no-video");
  const codec = stream.codec_name ?? "unknown";
  if (!videoCodecs.has(codec)) {
    throw new JobFailure("video-codec-unsupported", { note: `It is ${codec}.` });
  }
  checkPicture(stream, limits);
  const average = parseRational(stream.avg_frame_rate);
  const base = parseRational(stream.r_frame_rate);
  return {
    index: stream.index,
    codec,
    ...displayedSize(stream),
    fps: chooseFrameRate({ average, base }),
    statedFps: average ? toNumber(average) : 0,
    interlaced: interlacedOrders.has(stream.field_order ?? ""),
    hdr: hdrTransfers.has(stream.color_transfer ?? ""),
    durationSeconds: streamSeconds(stream),
  };
}

function readAudio(streams: readonly ProbeStream[]): SourceAudio | undefined {
  const stream = pick(streams.filter((one) => one.codec_type === "audio"));
  if (!stream) return undefined;
  const codec = stream.codec_name ?? "unknown";
  if (!audioCodecs.test(codec)) {
    throw new JobFailure("audio-codec-unsupported", { note: `It is ${codec}.` });
  }
  return {
    index: stream.index,
    codec,
    channels: stream.channels ?? 0,
    sampleRate: Number(stream.sample_rate ?? 0),
    durationSeconds: streamSeconds(stream),
  };
}

/** Reads ffprobe's JSON, chooses one video and at most one audio stream, and applies the limits. */
export function parseProbe(text: string, demuxer: string, limits: ProbeLimits): Source {
  const report = Value.Parse(ProbeReport, JSON.parse(text));
  if (report.streams.length > limits.maxStreams) {
    throw new JobFailure("too-many-streams", { note: `It has ${report.streams.length}.` });
  }
  const video = readVideo(report.streams, limits);
  const audio = readAudio(report.streams);
  const durationSeconds = seconds(report.format.duration) ?? video.durationSeconds;
  if (durationSeconds === undefined) throw new JobFailure("duration-unknown");
  if (durationSeconds > limits.maxSeconds) {
    const note = `It lasts ${Math.round(durationSeconds)} s; the limit is ${limits.maxSeconds} s.`;
    throw new JobFailure("source-too-long", { note });
  }
  return {
    demuxer,
    durationSeconds,
    sizeBytes: Number(report.format.size ?? 0),
    video,
    audio,
  };
}
