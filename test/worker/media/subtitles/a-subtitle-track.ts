import type { SubtitleTrack } from "../../../../media/subtitles/subtitle-tracks.ts";

/** A track of SubRip without names and marks, but for the changes. */
export function aSubtitleTrack(changes: Partial<SubtitleTrack> = {}): SubtitleTrack {
  return {
    index: 2,
    codec: "subrip",
    language: undefined,
    title: undefined,
    forced: false,
    isDefault: false,
    hearingImpaired: false,
    ...changes,
  };
}
