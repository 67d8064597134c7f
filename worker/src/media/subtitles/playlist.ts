import { writeMediaPlaylist } from "@framewright/media/playlist.ts";
import type { SubtitleRendition } from "./rendition.ts";

export function subtitleUri(index: number): string {
  return `${String(index).padStart(5, "0")}.vtt`;
}

/** Safe in a path, and the same for the same source. */
export function subtitleFolder(number: number, language: string | undefined): string {
  return ["subtitles", number, ...(language === undefined ? [] : [language])].join("-");
}

/** Films that are a few milliseconds longer than whole segments do not begin another one. */
const remainder = 0.002;

export function segmentCount(durationSeconds: number, segmentMs: number): number {
  return Math.max(1, Math.ceil((1000 * durationSeconds) / segmentMs - remainder));
}

/** Covers the whole result, whose length is known when all is encoded. */
export function subtitlePlaylist(
  { segmentMs, segments: written }: Pick<SubtitleRendition, "segmentMs" | "segments">,
  durationSeconds: number,
): string {
  const count = Math.min(written, segmentCount(durationSeconds, segmentMs));
  const segments = Array.from({ length: count }, (_, index) => {
    const start = (index * segmentMs) / 1000;
    const last = index === count - 1;
    return { uri: subtitleUri(index), seconds: last ? durationSeconds - start : segmentMs / 1000 };
  });
  return writeMediaPlaylist({ segments });
}
