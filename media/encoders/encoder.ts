import type { Accel } from "@framewright/contracts/job.ts";
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

/** All that differs between encoders, flat; each is one object in one file. */
export interface Encoder {
  readonly accel: Accel;
  /** ffmpeg's name of the H.264 encoder. */
  readonly codec: string;
  /** Before the inputs: opens the device. */
  readonly deviceArgs: (device: string) => readonly string[];
  /** Pixel format, and upload where the encoder takes device memory, once before the split. */
  readonly prepare: readonly string[];
  readonly scale: (size: { width: number; height: number }) => string;
  /** For all renditions: closed GOPs of a fixed length, no keyframes in between. */
  readonly commonArgs: (args: CommonArgs) => readonly string[];
  /** For one rendition: rate control. */
  readonly videoArgs: (args: VideoArgs) => readonly string[];
}

/** Rate bounds as ffmpeg options; the buffer holds one and a half seconds at the bound. */
export function rateBounds({ index, rendition }: VideoArgs): readonly string[] {
  const { maxKbps } = rendition;
  return [
    ...[`-maxrate:v:${index}`, `${maxKbps}k`],
    ...[`-bufsize:v:${index}`, `${Math.round(maxKbps * 1.5)}k`],
  ];
}
