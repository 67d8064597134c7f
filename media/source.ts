import type { Choice, JobWarning, SourceInfo } from "@framewright/contracts/job.ts";
import type { Colour } from "./colour.ts";
import type { FieldOrder } from "./interlace.ts";
import type { Picture } from "./picture.ts";
import { toNumber, type Rational } from "./rational.ts";
import type { SubtitleTrack } from "./subtitles/subtitle-tracks.ts";
import type { Span, Timeline } from "./timeline.ts";
import type { TrackLabel } from "./track-names.ts";

export interface SourceVideo {
  /** Index of the stream in the file. */
  readonly index: number;
  readonly codec: string;
  readonly picture: Picture;
  readonly colour: Colour;
  /** ffmpeg's name, such as yuv420p. */
  readonly pixelFormat: string;
  readonly hasAlpha: boolean;
  /** Set where pictures are to be made out of fields. */
  readonly fieldOrder: FieldOrder | undefined;
  /** Pictures per second that show the whole motion, each field being one; a plan may have less (`plannedRate`). */
  readonly fps: Rational;
  /** Pictures or pairs of fields per second, as measured. */
  readonly sourceFps: Rational;
  readonly span: Span;
  /** There is more behind its end, which a clip leaves out. */
  readonly goesOn?: boolean;
  /** How many there are; each field of a pair may count. */
  readonly pictures: number;
  /** Of the keyframes, in seconds from the start of the file. */
  readonly keyTimes: readonly number[];
  /**
   * Where most pictures fall into one second, in seconds from the start of the file; nothing where
   * they are spread evenly.
   */
  readonly busiest: number | undefined;
  /**
   * Pictures per second in what moves fastest, but for a tenth of the pictures: faster motion is too
   * rare to be kept. Undefined where there are too few pictures for motion.
   */
  readonly fastest: number | undefined;
}

export interface SourceAudio {
  /** Of a sound that was made beside the source (`made-sound.ts`); absent for streams of the source. */
  readonly file?: string;
  /** Indices of the streams; two where left and right are tracks of their own. */
  readonly indices: readonly number[];
  /** Filters from the decoder to stereo at 48 kHz. */
  readonly toStereo: string;
  readonly codec: string;
  readonly channels: number;
  readonly sampleRate: number;
  readonly span: Span;
  /** There is more behind its end, which a clip leaves out. */
  readonly goesOn?: boolean;
  /** It has six or more channels, and their places are known. */
  readonly isSurround: boolean;
  readonly label: TrackLabel;
  /** Whom it is made for, as uniform type identifiers of HLS. */
  readonly characteristics: readonly string[];
  /** It talks about the film. */
  readonly isCommentary: boolean;
}

/** Of a clip, in seconds. */
export interface Cut {
  readonly start: number;
  readonly end: number;
  /** Where reading begins, from the start of the file. */
  readonly readFrom: number;
}

/** What the worker knows of an input file, checked against the limits. */
export interface Source {
  readonly demuxer: string;
  /** Of the result: the longest of the chosen tracks. */
  readonly durationSeconds: number;
  readonly sizeBytes: number;
  readonly timeline: Timeline;
  /** Leaps of the clock are closed by ffmpeg itself in this container. */
  readonly closesLeaps: boolean;
  /** Where it does, in seconds from the start of the file. */
  readonly closings: readonly number[];
  /** The time stamp that counts as zero, in seconds. */
  readonly startTime: number;
  /** Last time stamp in the file, in seconds from its start: nothing is read behind it. */
  readonly lastTime: number;
  /** Nothing in a file of sound alone. */
  readonly video: SourceVideo | undefined;
  readonly audio: SourceAudio | undefined;
  /** Other sound of the film, in the order of the file. */
  readonly alternates: readonly SourceAudio[];
  /** Those that become renditions, in the order of the file. */
  readonly subtitles: readonly SubtitleTrack[];
  /** Stream of a picture that belongs to the file without being its film, such as a cover. */
  readonly cover: number | undefined;
  /** The part that a clip keeps, by the times of the whole. */
  readonly cut?: Cut;
  /** What was left out or repaired. */
  readonly warnings: readonly JobWarning[];
  /** What was chosen, and why; the rate of the pictures depends on the profile, and is not among it. */
  readonly choices: readonly Choice[];
}

/** A source with moving pictures. */
export type Film = Source & { readonly video: SourceVideo };

export function isFilm(source: Source): source is Film {
  return source.video !== undefined;
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}

export function sourceInfo(source: Source): SourceInfo {
  const { video, audio } = source;
  return {
    container: source.demuxer,
    durationSeconds: rounded(source.durationSeconds),
    sizeBytes: source.sizeBytes,
    ...(video && {
      video: {
        codec: video.codec,
        ...video.picture.displayed,
        fps: rounded(toNumber(video.sourceFps)),
      },
    }),
    ...(audio && {
      audio: { codec: audio.codec, channels: audio.channels, sampleRate: audio.sampleRate },
    }),
  };
}
