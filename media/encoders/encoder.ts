import type { Accel } from "@framewright/contracts/job.ts";
import type { VideoCodec } from "@framewright/contracts/profile.ts";
import type { Rendition } from "../ladder.ts";

export interface VideoArgs {
  /** Place of the rendition among the video outputs, for ffmpeg's stream specifiers. */
  readonly index: number;
  readonly rendition: Rendition;
}

export interface CommonArgs {
  readonly gopFrames: number;
  readonly threads: number;
}

/** An option of an encoder, without its stream specifier, and its value. */
export type Option = readonly [name: string, value: string];

/** All that differs between encoders, flat; each is one object. */
export interface VideoEncoder {
  /** ffmpeg's name. */
  readonly name: string;
  /** For all its renditions: closed GOPs of a fixed length, no keyframes in between. */
  readonly options: (args: CommonArgs) => readonly Option[];
  /** For one rendition: rate control. */
  readonly videoArgs: (args: VideoArgs) => readonly string[];
}

/** What makes pictures with one kind of device: the encoder of each codec, and how pictures come to them. */
export interface Encoder {
  readonly accel: Accel;
  readonly codecs: Readonly<Record<VideoCodec, VideoEncoder>>;
  /** Before the inputs: opens the device. */
  readonly deviceArgs: (device: string) => readonly string[];
  /** Pixel format, and upload where the encoder takes device memory, once before the split. */
  readonly prepare: readonly string[];
  readonly scale: (size: { width: number; height: number }) => string;
}

/** Rate bounds as ffmpeg options; the buffer holds one and a half seconds at the bound. */
export function rateBounds({ index, rendition }: VideoArgs): readonly string[] {
  const { maxKbps } = rendition;
  return [
    ...[`-maxrate:v:${index}`, `${maxKbps}k`],
    ...[`-bufsize:v:${index}`, `${Math.round(maxKbps * 1.5)}k`],
  ];
}

/** The mean as well, for encoders that take no quality. */
export function ratesWithMean({ index, rendition }: VideoArgs): readonly string[] {
  return [
    ...[`-b:v:${index}`, `${Math.round(rendition.maxKbps * 0.8)}k`],
    ...rateBounds({ index, rendition }),
  ];
}

/** The tag of HEVC whose parameter sets are in the configuration alone: Apple's players need it. */
export const hvc1: Option = ["tag", "hvc1"];

/** Options that are not of video alone. */
const sharedNames = new Set(["c", "profile", "flags", "threads", "tag"]);

function optionArgs(options: readonly Option[], stream: string): string[] {
  return options.flatMap(([name, value]) => {
    const specifier = stream === "" && sharedNames.has(name) ? ":v" : stream;
    return [`-${name}${specifier}`, value];
  });
}

/** Options of all renditions: once where they have one codec, or else for each of them. */
export function encoderArgs(
  { codecs }: Encoder,
  renditions: readonly Rendition[],
  common: CommonArgs,
): string[] {
  const argsOf = (codec: VideoCodec, stream: string): string[] => {
    const { name, options } = codecs[codec];
    return optionArgs([["c", name], ...options(common)], stream);
  };
  const [first] = renditions;
  const rates = renditions.flatMap((rendition, index) =>
    codecs[rendition.codec].videoArgs({ index, rendition }),
  );
  if (!first) return [];
  const own = renditions.every(({ codec }) => codec === first.codec)
    ? argsOf(first.codec, "")
    : renditions.flatMap(({ codec }, index) => argsOf(codec, `:v:${index}`));
  return [...own, ...rates];
}
