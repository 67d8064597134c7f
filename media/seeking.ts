import type { Source } from "./source.ts";

/** Containers in which seeking leads to where a stamp says; the stamps of bare streams begin anew. */
const seekable = new Set(["mov", "matroska", "avi", "asf", "flv", "mxf", "mpegts", "mpeg", "ogg"]);

/** Behind a leap that ffmpeg closes, stamps no longer say where a picture is. */
export function canSeek({ demuxer, closings }: Pick<Source, "demuxer" | "closings">): boolean {
  return seekable.has(demuxer) && closings.length === 0;
}
