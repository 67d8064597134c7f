import type { SubtitleLook } from "@framewright/contracts/burnt-subtitles.ts";
import { textMeasures } from "@framewright/media/burnt-text.ts";
import type { Size } from "@framewright/media/picture.ts";
import type { Cue } from "./place-cues.ts";

/** What is drawn where no font has a letter. */
const replacement = "\ufffd";

/** The parts of a cue's text: our own tags, our own references, and the rest. */
const parts = /<(?<close>\/?)(?<tag>[biu])>|&(?<name>amp|lt|gt);|(?<rest>[^<&]+)/g;

const references = { amp: "&", lt: "<", gt: ">" } as const;

function isReference(name: string): name is keyof typeof references {
  return name in references;
}

type Part = { readonly tag: string; readonly on: boolean } | { readonly plain: string };

function partsOf(text: string): Part[] {
  return [...text.matchAll(parts)].map(({ groups = {} }) => {
    const { tag, close, name = "", rest = "" } = groups;
    if (tag !== undefined) return { tag, on: close === "" };
    return { plain: isReference(name) ? references[name] : rest };
  });
}

/** The text of a cue as a reader sees it. */
export function plainLines(text: string): string[] {
  const plain = partsOf(text).map((part) => ("plain" in part ? part.plain : ""));
  return plain.join("").split("\n");
}

/** Nothing of a text begins an override or an escape: a backslash gets a joiner behind it, which has no width. */
function literal(text: string): string {
  return text.replaceAll("\\", "\\\u2060").replaceAll(/[{}]/g, "\\$&").replaceAll("\n", "\\N");
}

/** The event's text of a cue: our tags as overrides, everything else as it looks. */
function eventText(text: string, hasGlyph: (character: string) => boolean): string {
  const drawn = (one: string): string => (one === "\n" || hasGlyph(one) ? one : replacement);
  return partsOf(text)
    .map((part) => {
      if ("tag" in part) return `{\\${part.tag}${part.on ? 1 : 0}}`;
      return literal(Array.from(part.plain, drawn).join(""));
    })
    .join("");
}

/** In hundredths of a second, which is what ASS has. */
function timestamp(ms: number): string {
  const hundredths = Math.round(ms / 10);
  const two = (value: number): string => String(Math.floor(value)).padStart(2, "0");
  const [hours, minutes] = [Math.floor(hundredths / 360_000), (hundredths / 6000) % 60];
  return `${hours}:${two(minutes)}:${two((hundredths / 100) % 60)}.${two(hundredths % 100)}`;
}

const places = { bottom: 2, top: 8 } as const;
/** Of libass: a box around the whole text (4); 3, which others know, has one for each line, which overlap. */
const borders = { edge: 1, box: 4 } as const;

const styleFields =
  "Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, " +
  "StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding";

/** White letters with a dark edge, or on a dark box that lets some of the film through. */
function styleOf(film: Size, look: SubtitleLook): string {
  const { position = "bottom", box = false } = look;
  const { lineHeight, sideMargin, edgeMargin, outline } = textMeasures(film, look);
  const [white, black, shade] = ["&H00FFFFFF", "&H00000000", "&H60000000"];
  return [
    ...["Text", "DejaVu Sans", lineHeight, white, white, black, shade],
    ...[0, 0, 0, 0, 100, 100, 0, 0, box ? borders.box : borders.edge],
    ...[outline, box ? outline : 0, places[position], sideMargin, sideMargin, edgeMargin, 1],
  ].join(",");
}

export interface AssArgs {
  readonly cues: readonly Cue[];
  readonly film: Size;
  readonly look: SubtitleLook;
  readonly hasGlyph: (character: string) => boolean;
}

/** Cues as a file of ASS, in the size of the film: nothing in it is the source's but letters. */
export function writeAss({ cues, film, look, hasGlyph }: AssArgs): string {
  const events = cues.map(({ start, end, text }) => {
    const times = `${timestamp(start)},${timestamp(end)}`;
    return `Dialogue: 0,${times},Text,,0,0,0,,${eventText(text, hasGlyph)}`;
  });
  return [
    ...[
      "[Script Info]",
      "ScriptType: v4.00+",
      `PlayResX: ${film.width}`,
      `PlayResY: ${film.height}`,
    ],
    ...["WrapStyle: 0", "ScaledBorderAndShadow: yes", "YCbCr Matrix: None", ""],
    ...["[V4+ Styles]", `Format: ${styleFields}`, `Style: ${styleOf(film, look)}`, ""],
    ...["[Events]"],
    "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text",
    ...[...events, ""],
  ].join("\n");
}
