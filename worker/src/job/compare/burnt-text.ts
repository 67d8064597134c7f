import {
  coveredHeight,
  textFilter,
  type BurntText,
  type ShownText,
} from "@framewright/media/burnt-text.ts";
import type { OverlayBox } from "@framewright/media/overlay.ts";
import type { Size } from "@framewright/media/picture.ts";
import type { SourceVideo } from "@framewright/media/source.ts";
import type { Track } from "../../media/tracks.ts";
import { findAt, lookedSeconds, type Drawing } from "./drawn.ts";
import { allFindings, type CompareArgs, type Finding } from "./looks.ts";

/** Letters are told from the film by single strokes: they are looked at in this size. */
const small: Size = { width: 160, height: 40 };

/** The strip of the film that text may cover between these times; nothing where none is shown. */
export function textStrip(
  film: Size,
  text: Pick<BurntText, "look" | "shown">,
  times: { readonly from: number; readonly to: number },
): OverlayBox | undefined {
  const share = coveredHeight(film, text, times);
  if (share === 0) return undefined;
  const height = Math.min(film.height, 2 * Math.ceil((share * film.height) / 2));
  const top = text.look.position === "top" ? 0 : film.height - height;
  return { left: 0, top, width: film.width, height };
}

/** The text is drawn at its time, and its time counts from the start of the result. */
function drawingOf(text: BurntText, box: OverlayBox): Drawing {
  return {
    what: "the burnt-in text is",
    ...{ box, small, minChange: 20 },
    ...{ inputs: [], reads: text.reads },
    graph: ({ film, crop, end, at }) => {
      const [to, back] = [`setpts=PTS+${at.toFixed(3)}/TB`, `setpts=PTS-${at.toFixed(3)}/TB`];
      return `${film},${to},${textFilter(text)},${back},${crop},${end}`;
    },
  };
}

interface Gap {
  readonly start: number;
  readonly end: number;
}

/** When nothing is shown, in milliseconds. */
function gapsOf(shown: readonly ShownText[], end: number): Gap[] {
  let free = 0;
  const gaps: Gap[] = [];
  for (const text of shown) {
    gaps.push({ start: free, end: text.start });
    free = Math.max(free, text.end);
  }
  return [...gaps, { start: free, end }];
}

function longest<T extends Gap>(list: readonly T[]): T | undefined {
  const [first] = list.toSorted((a, b) => b.end - b.start - (a.end - a.start));
  return first;
}

function middle({ start, end }: Gap): number {
  return ((start + end) / 1000 - lookedSeconds) / 2;
}

/** The middle of the longest text in each half of the film, and of the longest time without any. */
export function textTimes(shown: readonly ShownText[], seconds: number) {
  const room = 2 * lookedSeconds * 1000;
  const end = seconds * 1000;
  const isLong = (gap: Gap): boolean => gap.end - gap.start > room;
  const inside = shown.map((text) => ({ ...text, end: Math.min(text.end, end) })).filter(isLong);
  const halves = [
    longest(inside.filter(({ start }) => start < end / 2)),
    longest(inside.filter(({ start }) => start >= end / 2)),
  ];
  const gap = longest(gapsOf(shown, end).filter(isLong));
  return {
    shown: halves.flatMap((text) => (text ? [middle(text)] : [])),
    hidden: gap ? [middle(gap)] : [],
  };
}

interface ShownIn {
  readonly text: BurntText;
  readonly video: SourceVideo;
  readonly track: Track;
}

/**
 * Whether the text stands there at its times and at no other, by drawing it over the source once more. For a time without
 * text there is nothing to draw: the text of another time is drawn for that.
 */
export async function findText(
  args: CompareArgs,
  { text, video, track }: ShownIn,
): Promise<Finding> {
  const film = video.picture.displayed;
  const times = textTimes(text.shown, video.span.end);
  const lookAt = async (at: number, drawnAt: number, isDrawn: boolean): Promise<Finding> => {
    const box = textStrip(film, text, { from: drawnAt, to: drawnAt + lookedSeconds });
    if (!box) return { looked: false, problems: [] };
    const drawing = drawingOf(text, box);
    const graph: Drawing["graph"] = (parts) => drawing.graph({ ...parts, at: drawnAt });
    return findAt(args, { drawing: { ...drawing, graph }, video, track }, at, isDrawn);
  };
  const [first] = times.shown;
  const findings: Finding[] = [];
  for (const at of times.shown) findings.push(await lookAt(at, at, true));
  for (const at of first === undefined ? [] : times.hidden) {
    findings.push(await lookAt(at, first ?? at, false));
  }
  return allFindings(findings);
}
