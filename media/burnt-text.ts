import type { SubtitleLook } from "@framewright/contracts/burnt-subtitles.ts";
import type { Size } from "./picture.ts";

/** A text while it is shown. */
export interface ShownText {
  /** In milliseconds of the result. */
  readonly start: number;
  readonly end: number;
  /** Without markup. */
  readonly lines: readonly string[];
}

/** Text that is drawn into the film, by a file of ours. */
export interface BurntText {
  /** A file of ASS. */
  readonly path: string;
  /** What drawing it reads: that file, and where fonts are. */
  readonly reads: readonly string[];
  readonly look: SubtitleLook;
  /** In order of time. */
  readonly shown: readonly ShownText[];
}

/** In pixels of the film. */
export interface TextMeasures {
  readonly lineHeight: number;
  readonly sideMargin: number;
  readonly edgeMargin: number;
  readonly outline: number;
}

/** Of the width to each side, as broadcasters keep free. */
const sideShare = 0.05;

function hundredths(value: number): number {
  return Math.round(value * 100) / 100;
}

export function textMeasures(
  film: Size,
  { size = 0.06, margin = 0.05 }: SubtitleLook,
): TextMeasures {
  const lineHeight = hundredths(size * film.height);
  return {
    lineHeight,
    sideMargin: Math.round(sideShare * film.width),
    edgeMargin: Math.round(margin * film.height),
    outline: hundredths(lineHeight / 14),
  };
}

/** No letter is wider, as a share of the line's height. */
const widest = 0.9;

/** How much of the film's height the texts may cover that are shown at some time between these; 0 where none is. */
export function coveredHeight(
  film: Size,
  { look, shown }: Pick<BurntText, "look" | "shown">,
  { from, to }: { readonly from: number; readonly to: number },
): number {
  const { lineHeight, sideMargin, edgeMargin, outline } = textMeasures(film, look);
  const room = Math.max(1, Math.floor((film.width - 2 * sideMargin) / (widest * lineHeight)));
  const lines = shown
    .filter(({ start, end }) => start < to * 1000 && end > from * 1000)
    .flatMap((text) => text.lines)
    .reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / room)), 0);
  if (lines === 0) return 0;
  const height = edgeMargin + lines * lineHeight * 1.2 + 4 * outline;
  return Math.min(1, height / film.height);
}

/** A value of a filter's option, for the parser of options and that of graphs. */
function escaped(value: string): string {
  return value.replaceAll(/[\\':]/g, "\\$&").replaceAll(/[\\'[\],;]/g, "\\$&");
}

/** Draws the text at the times that the pictures have. */
export function textFilter({ path }: Pick<BurntText, "path">): string {
  return `ass=filename=${escaped(path)}`;
}
