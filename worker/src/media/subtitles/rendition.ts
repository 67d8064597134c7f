import type { JobWarning } from "@framewright/contracts/job.ts";
import type { Cadence } from "@framewright/media/frame-rate.ts";
import { toNumber } from "@framewright/media/rational.ts";
import { maxTrackBytes } from "./extract.ts";
import { placeCues, type Cue, type Placement } from "./place-cues.ts";
import { readBlocks } from "./subtitle-blocks.ts";
import {
  subtitlesLeftOut,
  subtitleName,
  type SubtitleTrack,
} from "@framewright/media/subtitles/subtitle-tracks.ts";

/** A day of talk without a pause has some 30 000. */
const maxCues = 50_000;
/** Of all segments of a track: a cue is written again in each segment that it touches. */
const maxWritten = 32 * 1024 * 1024;
/** Of all tracks together; what is longer gets longer segments. */
const maxSegments = 10_000;

/** Text subtitles of the source as WebVTT. */
export interface SubtitleRendition {
  readonly track: SubtitleTrack;
  /** Of its folder. */
  readonly name: string;
  /** In order of time; there is at least one. */
  readonly cues: readonly Cue[];
  readonly segmentMs: number;
  /** Files that are written. */
  readonly segments: number;
}

export interface ReadTrack {
  /** Empty where the track is left out. */
  readonly cues: readonly Cue[];
  readonly warnings: readonly JobWarning[];
}

function leftOut(track: SubtitleTrack, why: string): ReadTrack {
  return { cues: [], warnings: [subtitlesLeftOut(track, why)] };
}

function cutWarning(track: SubtitleTrack, cues: number): JobWarning {
  const message = `The ${subtitleName(track)} is too large; its first ${cues} cues are used.`;
  return { code: "subtitles-cut", message };
}

/** Milliseconds of one segment: as long as those of the pictures, or a multiple where there would be too many files. */
export function segmentMsOf(cadence: Cadence, durationSeconds: number, tracks: number): number {
  const seconds = cadence.segmentFrames / toNumber(cadence.fps);
  const files = Math.ceil(durationSeconds / seconds) * tracks;
  return 1000 * seconds * Math.max(1, Math.ceil(files / maxSegments));
}

function writtenBytes(cues: readonly Cue[], segmentMs: number): number {
  return cues.reduce((sum, { start, end, text }) => {
    const times = Math.ceil(end / segmentMs) - Math.floor(start / segmentMs);
    return sum + times * (text.length + 40);
  }, 0);
}

export interface ReadTrackArgs extends Placement {
  readonly track: SubtitleTrack;
  /** The file that ffmpeg has written of the track; nothing where it could not. */
  readonly file: Buffer | undefined;
  readonly segmentMs: number;
}

/** Reads one extracted track, within limits; a track that is of no use is left out with a warning. */
export function readTrack(args: ReadTrackArgs): ReadTrack {
  const { track, file, segmentMs } = args;
  if (!file) return leftOut(track, "it cannot be read");
  const all = placeCues(readBlocks(file), args, ["ass", "ssa"].includes(track.codec));
  const cues = all.slice(0, maxCues);
  if (cues.length === 0) return leftOut(track, "it has no text that is shown during the film");
  if (writtenBytes(cues, segmentMs) > maxWritten) {
    return leftOut(track, "too many of its texts are shown at once");
  }
  const isCut = cues.length < all.length || file.length >= maxTrackBytes;
  return { cues, warnings: isCut ? [cutWarning(track, cues.length)] : [] };
}
