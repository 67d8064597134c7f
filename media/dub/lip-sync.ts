import type { Rendition } from "../ladder.ts";
import { inputUrl, pictureGuard } from "../input.ts";
import { begin, segmentsArgs } from "../outputs/packaging.ts";

export const lipSyncFile = "lip-sync.mp4";

/** A run of whole segments, each of which can be decoded by itself. */
export interface Piece {
  readonly first: number;
  readonly count: number;
  readonly start: number;
  readonly seconds: number;
}

/** Cuts a film between segments, into pieces of at most so many seconds; a longer segment is one by itself. */
export function piecesOf(segments: readonly number[], mostSeconds: number): Piece[] {
  const pieces: Piece[] = [];
  let start = 0;
  for (const [index, seconds] of segments.entries()) {
    const last = pieces.at(-1);
    if (last && last.seconds + seconds <= mostSeconds) {
      pieces.splice(-1, 1, { ...last, count: last.count + 1, seconds: last.seconds + seconds });
    } else pieces.push({ first: index, count: 1, start, seconds });
    start += seconds;
  }
  return pieces;
}

/** The tallest that a service is sent: in H.264, and its shorter side no longer than that. */
export function lipSyncRendition<One extends Pick<Rendition, "codec" | "width" | "height">>(
  renditions: readonly One[],
  most: number,
): One | undefined {
  const fits = ({ codec, width, height }: One): boolean =>
    codec === "h264" && Math.min(width, height) <= most;
  return renditions.filter(fits).toSorted((a, b) => b.width * b.height - a.width * a.height)[0];
}

const toFile = (path: string): string[] => [
  ...["-c", "copy", "-map_metadata", "-1", "-movflags", "+faststart", "-f", "mp4", inputUrl(path)],
];

/** A piece as a file of its own, out of a playlist of the attempt's own segments. */
export function pieceArgs(playlist: string, to: string): string[] {
  return [
    ...["-nostdin", "-y", "-v", "error"],
    ...["-protocol_whitelist", "file", "-format_whitelist", "hls,mov", ...pictureGuard],
    ...["-f", "hls", "-i", inputUrl(playlist), "-map", "0:v:0"],
    ...toFile(to),
  ];
}

/** The text that names the pieces, which lie in its folder. */
export function pieceList(names: readonly string[]): string {
  return ["ffconcat version 1.0", ...names.map((name) => `file '${name}'`), ""].join("\n");
}

/** The pieces one behind the other, with the voice: nothing is encoded again. */
export function joinArgs(
  outputDir: string,
  { list, sound }: { readonly list: string; readonly sound: string },
): string[] {
  return [
    ...begin,
    ...["-protocol_whitelist", "file", "-format_whitelist", "concat,mov", ...pictureGuard],
    ...["-f", "concat", "-i", inputUrl(list)],
    ...segmentsArgs(outputDir, sound),
    ...["-map", "0:v:0", "-map", "1:a:0"],
    ...toFile(`${outputDir}/${lipSyncFile}`),
  ];
}
