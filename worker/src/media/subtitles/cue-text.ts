interface Style {
  readonly b: boolean;
  readonly i: boolean;
  readonly u: boolean;
}

interface Span {
  readonly text: string;
  readonly style: Style;
}

const plain: Style = { b: false, i: false, u: false };

/** More is no subtitle, and nobody can read it. */
const maxCharacters = 2000;

/** The fields of an event that stand before its text, as ffmpeg hands events over. */
const fieldsBefore = 8;

function textOf(event: string): string {
  let at = 0;
  for (let field = 0; field < fieldsBefore; field += 1) {
    const comma = event.indexOf(",", at);
    if (comma < 0) return "";
    at = comma + 1;
  }
  return event.slice(at);
}

/** A recorder of an older system wrote bytes of its own character set; ffmpeg hands them over as they are. */
function decodeText(bytes: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

interface State {
  readonly style: Style;
  /** What follows are lines of a drawing, not text. */
  readonly drawing: boolean;
}

const start: State = { style: plain, drawing: false };

/** What the overrides of one `{…}` change; positions, colours, sizes and effects are dropped. */
function override(block: string, state: State): State {
  return block.split("\\").reduce<State>((now, tag) => {
    if (/^r([^a-z]|$)/.test(tag)) return { ...now, style: plain };
    const [, name, value = ""] = /^([biup])(\d*)\s*$/.exec(tag) ?? [];
    const on = Number(value) > 0;
    if (name === "p") return { ...now, drawing: on };
    return name === undefined ? now : { ...now, style: { ...now.style, [name]: on } };
  }, state);
}

function plainText(text: string): string {
  return (
    text
      .replaceAll(/\\[Nn]|\r\n?/g, "\n")
      .replaceAll("\\h", "\u00a0")
      // As ffmpeg writes a backslash that is one.
      .replaceAll("\\\u2060", "\\")
      .replaceAll(/\\([{}])/g, "$1")
      // Control characters but line feeds, and byte order marks.
      .replaceAll(/(?!\n)\p{Cc}|\ufeff/gu, "")
  );
}

function spansOf(text: string, comments: boolean): Span[] {
  const spans: Span[] = [];
  let state = start;
  for (const part of text.split(/((?<!\\)\{[^{}]*\})/)) {
    const isBlock = /^\{.*\}$/s.test(part) && (comments || /^\{\}|\\/.test(part));
    if (isBlock) state = override(part.slice(1, -1), state);
    else if (!state.drawing && part !== "")
      spans.push({ text: plainText(part), style: state.style });
  }
  return spans;
}

function shortened(spans: readonly Span[]): Span[] {
  let left = maxCharacters;
  return spans.flatMap(({ text, style }) => {
    const characters = Array.from(text).slice(0, left);
    left -= characters.length;
    const part = characters.join("");
    return part === "" ? [] : [{ text: part, style }];
  });
}

function linesOf(spans: readonly Span[]): Span[][] {
  const lines: Span[][] = [[]];
  for (const { text, style } of spans) {
    for (const [index, part] of text.split("\n").entries()) {
      if (index > 0) lines.push([]);
      if (part !== "") lines.at(-1)?.push({ text: part, style });
    }
  }
  // An empty line would end the cue.
  return lines.filter((line) => line.some(({ text }) => text.trim() !== ""));
}

/** `-->`, tags and references of the source become what they look like. */
function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** A plain text as one line of a WebVTT cue. */
export function escapedCue(text: string): string {
  return escaped(text.replaceAll(/\s+/g, " ").trim());
}

/** Each span has tags of its own, so that they are always balanced. */
function markup({ text, style }: Span): string {
  const tags = (["b", "i", "u"] as const).filter((tag) => style[tag]);
  const open = tags.map((tag) => `<${tag}>`).join("");
  const close = tags.toReversed().map((tag) => `</${tag}>`);
  return `${open}${escaped(text)}${close.join("")}`;
}

/**
 * The text of an ASS event, to which ffmpeg turns subtitles of every kind, as lines of a WebVTT cue:
 * made of plain text by us, so that nothing of the source is read as markup, settings or a comment.
 * Empty where nothing is to be read. `comments`: braces hold remarks of the author, as in ASS itself.
 */
export function cueText(event: Buffer, comments: boolean): string {
  const spans = shortened(spansOf(textOf(decodeText(event)), comments));
  return linesOf(spans)
    .map((line) => line.map(markup).join("").trim())
    .join("\n");
}
