/** A cue as it stands in a published segment. */
export interface PublishedCue {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export class InvalidWebVtt extends Error {}

const time = String.raw`(\d{2,}):([0-5]\d):([0-5]\d)\.(\d{3})`;
const timing = new RegExp(`^${time} --> ${time}$`);
const map = new RegExp(`^X-TIMESTAMP-MAP=MPEGTS:(\\d+),LOCAL:${time}$`);

function milliseconds(parts: readonly string[]): number {
  const [hours = 0, minutes = 0, seconds = 0, rest = 0] = parts.map(Number);
  return ((hours * 60 + minutes) * 60 + seconds) * 1000 + rest;
}

/** Pictures begin at zero, so the two clocks must not differ. */
function checkMap(line: string | undefined): void {
  const [, mpegts, ...local] = map.exec(line ?? "") ?? [];
  if (mpegts === undefined) throw new InvalidWebVtt("it has no X-TIMESTAMP-MAP");
  if (Number(mpegts) !== milliseconds(local) * 90) {
    throw new InvalidWebVtt("its X-TIMESTAMP-MAP moves the cues");
  }
}

/** Only these tags, each closed in its turn, and only these references. */
function checkText(text: string): void {
  const open: string[] = [];
  for (const [tag] of text.matchAll(/<[^>]*>?/g)) {
    const [, close, name] = /^<(\/?)([biu])>$/.exec(tag) ?? [];
    if (name === undefined) throw new InvalidWebVtt(`a cue has the tag ${tag}`);
    if (close === "") open.push(name);
    else if (open.pop() !== name) throw new InvalidWebVtt("the tags of a cue are not balanced");
  }
  if (open.length > 0) throw new InvalidWebVtt("the tags of a cue are not balanced");
  if (/&(?!(amp|lt|gt);)/.test(text)) throw new InvalidWebVtt("a cue has a bare &");
  if (text.includes("-->")) throw new InvalidWebVtt("the text of a cue has an arrow");
  if (/(?!\n)\p{Cc}/u.test(text)) throw new InvalidWebVtt("a cue has a control character");
}

function readCue(block: string): PublishedCue {
  const [first = "", ...lines] = block.split("\n");
  const [, ...times] = timing.exec(first) ?? [];
  if (times.length === 0) throw new InvalidWebVtt(`a block begins with "${first.slice(0, 40)}"`);
  const cue = {
    start: milliseconds(times.slice(0, 4)),
    end: milliseconds(times.slice(4)),
    text: lines.join("\n"),
  };
  if (cue.end <= cue.start) throw new InvalidWebVtt("a cue ends before it starts");
  if (cue.text === "") throw new InvalidWebVtt("a cue has no text");
  checkText(cue.text);
  return cue;
}

/**
 * Reads a segment and takes less than the standard does: no settings, identifiers, styles, comments
 * or other tags. It shares no code with the writer.
 */
export function readWebVtt(file: string): PublishedCue[] {
  if (!file.endsWith("\n")) throw new InvalidWebVtt("its last line is not ended");
  const [header = "", ...blocks] = file.slice(0, -1).split(/\n\n/);
  const [signature, mapping, ...rest] = header.split("\n").filter((line) => line !== "");
  if (signature !== "WEBVTT") throw new InvalidWebVtt("it does not begin with WEBVTT");
  checkMap(mapping);
  if (rest.length > 0) throw new InvalidWebVtt("its header has more lines");
  return blocks.map(readCue);
}
