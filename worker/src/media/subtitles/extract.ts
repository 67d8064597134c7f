import { inputArgs } from "@framewright/media/input.ts";
import type { SubtitleTrack } from "@framewright/media/subtitles/subtitle-tracks.ts";

/** A film has some 2 000 cues of 100 bytes; what is larger is cut here. */
export const maxTrackBytes = 8 * 1024 * 1024;

export interface ExtractArgs {
  readonly demuxer: string;
  readonly sourcePath: string;
  readonly tracks: readonly Pick<SubtitleTrack, "index">[];
  /** Where the file of each track is written. */
  readonly pathOf: (index: number) => string;
}

/**
 * One reading of the source for all tracks: each becomes a small file of ASS events with the
 * stamps of the source. Bytes that are no UTF-8 are handed over as they are.
 */
export function extractArgs({ demuxer, sourcePath, tracks, pathOf }: ExtractArgs): string[] {
  return [
    ...["-nostdin", "-y", "-hide_banner", "-v", "error", "-copyts", "-max_error_rate", "1"],
    ...["-sub_charenc_mode", "ignore"],
    ...inputArgs(demuxer, sourcePath),
    ...tracks.flatMap(({ index }) => [
      ...["-map", `0:${index}`, "-map_metadata", "-1", "-map_chapters", "-1", "-c:s", "ass"],
      ...["-fs", `${maxTrackBytes}`, "-avoid_negative_ts", "disabled"],
      ...["-f", "matroska", `file:${pathOf(index)}`],
    ]),
  ];
}
