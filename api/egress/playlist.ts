import type { SegmentRow } from "./rows.ts";

const partOf = ({ attempt, part }: SegmentRow): string => `${attempt}/${part}`;
const fileOf = ({ attempt }: SegmentRow, path: string): string => `a${attempt}/${path}`;

function linesOf(segment: SegmentRow, before: SegmentRow | undefined): string[] {
  const begins = before === undefined || partOf(before) !== partOf(segment);
  return [
    ...(begins && before !== undefined ? ["#EXT-X-DISCONTINUITY"] : []),
    ...(begins ? [`#EXT-X-MAP:URI="${fileOf(segment, segment.init_path)}"`] : []),
    `#EXT-X-PROGRAM-DATE-TIME:${segment.at.toISOString()}`,
    `#EXTINF:${segment.seconds.toFixed(6)},`,
    fileOf(segment, segment.path),
  ];
}

/**
 * The media playlist of a recording (RFC 8216), of what the store has confirmed. Whatever attempt or connection recorded a
 * segment, it follows the one before; each connection has an initialisation segment of its own.
 *
 * @param isOver nothing more will come
 */
export function recordingPlaylist(segments: readonly SegmentRow[], isOver: boolean): string {
  const longest = segments.reduce((most, { seconds }) => Math.max(most, Math.round(seconds)), 1);
  const lines = [
    "#EXTM3U",
    "#EXT-X-VERSION:7",
    `#EXT-X-TARGETDURATION:${longest}`,
    "#EXT-X-MEDIA-SEQUENCE:0",
    `#EXT-X-PLAYLIST-TYPE:${isOver ? "VOD" : "EVENT"}`,
    "#EXT-X-INDEPENDENT-SEGMENTS",
    ...segments.flatMap((segment, index) => linesOf(segment, segments[index - 1])),
    ...(isOver ? ["#EXT-X-ENDLIST"] : []),
  ];
  return `${lines.join("\n")}\n`;
}
