import type { SourceInfo } from "@framewright/contracts/job.ts";
import { toNumber, type Rational } from "./rational.ts";

export interface SourceVideo {
  /** Index of the stream in the file. */
  readonly index: number;
  readonly codec: string;
  /** Displayed size: after rotation and with square pixels. */
  readonly width: number;
  readonly height: number;
  /** The rate that the renditions will have. */
  readonly fps: Rational;
  /** Mean rate as stated, frames per second. */
  readonly statedFps: number;
  readonly interlaced: boolean;
  /** Perceptual-quantiser or hybrid-log-gamma pictures, to be mapped to standard range. */
  readonly hdr: boolean;
  readonly durationSeconds: number | undefined;
}

export interface SourceAudio {
  readonly index: number;
  readonly codec: string;
  readonly channels: number;
  readonly sampleRate: number;
  readonly durationSeconds: number | undefined;
}

/** What the worker needs to know of an input file, checked against the limits. */
export interface Source {
  readonly demuxer: string;
  readonly durationSeconds: number;
  readonly sizeBytes: number;
  readonly video: SourceVideo;
  readonly audio: SourceAudio | undefined;
}

export function sourceInfo(source: Source): SourceInfo {
  const { video, audio } = source;
  return {
    container: source.demuxer,
    durationSeconds: source.durationSeconds,
    sizeBytes: source.sizeBytes,
    video: {
      codec: video.codec,
      width: video.width,
      height: video.height,
      fps: Math.round((video.statedFps || toNumber(video.fps)) * 1000) / 1000,
    },
    ...(audio && {
      audio: { codec: audio.codec, channels: audio.channels, sampleRate: audio.sampleRate },
    }),
  };
}
