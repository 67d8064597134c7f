/** A word as it was heard, in seconds. */
export interface Word {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** What is said in one breath: one line of a dub. */
export interface Utterance {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** A pause that ends an utterance whatever the words are. */
const longPause = 0.7;
/** A pause that ends one behind a comma, if it is long enough by then. */
const shortPause = 0.25;
const enoughSeconds = 3;
/** What is spoken for longer is no line that a voice can follow. */
const longestSeconds = 12;
/** What is shorter joins its neighbour, if the pause between them is shorter than this. */
const shortestSeconds = 1;
const joinPause = 0.4;

const sentenceEnd = /[.!?…。！？]["'»”’)\]]*$/u;
const clauseEnd = /[,;:–—]["'»”’)\]]*$/u;

function isEnd(words: readonly Word[], next: Word | undefined): boolean {
  const first = words[0];
  const last = words.at(-1);
  if (!first || !last || !next) return true;
  const pause = next.start - last.end;
  if (sentenceEnd.test(last.text) || pause > longPause) return true;
  if (next.end - first.start > longestSeconds) return true;
  return pause > shortPause && last.end - first.start > enoughSeconds && clauseEnd.test(last.text);
}

function joined(words: readonly Word[]): Utterance {
  const text = words
    .map((word) => word.text.trim())
    .join(" ")
    .replaceAll(/\s+/g, " ");
  return { start: words[0]?.start ?? 0, end: words.at(-1)?.end ?? 0, text };
}

function mayJoin(one: Utterance, next: Utterance): boolean {
  const isShort = [one, next].some(({ start, end }) => end - start < shortestSeconds);
  return isShort && next.start - one.end < joinPause && next.end - one.start <= longestSeconds;
}

/** Words in order of time; what ends before it begins, or says nothing, is dropped. */
function ordered(words: readonly Word[]): Word[] {
  const said = words.filter(({ text, start, end }) => text.trim() !== "" && end >= start);
  return said.toSorted((a, b) => a.start - b.start);
}

/** Puts words together to lines, as a speaker breathes. */
export function utterancesOf(words: readonly Word[]): Utterance[] {
  const lines: Utterance[] = [];
  let open: Word[] = [];
  const sorted = ordered(words);
  for (const [index, word] of sorted.entries()) {
    open.push(word);
    if (!isEnd(open, sorted[index + 1])) continue;
    const line = joined(open);
    const last = lines.at(-1);
    if (last && mayJoin(last, line)) {
      lines[lines.length - 1] = { ...line, start: last.start, text: `${last.text} ${line.text}` };
    } else lines.push(line);
    open = [];
  }
  return lines;
}

/** Words of a text for which an engine gives only the times of the whole: each as long as its letters. */
export function spreadWords({ text, start, end }: Utterance): Word[] {
  const words = text.split(/\s+/).filter((word) => word !== "");
  const letters = words.reduce((sum, word) => sum + word.length, 0);
  let before = 0;
  return words.map((word) => {
    const from = start + ((end - start) * before) / letters;
    before += word.length;
    return { text: word, start: from, end: start + ((end - start) * before) / letters };
  });
}

/** How often a line may follow itself. An engine that hears the same for ever has lost its way in noise. */
const mostRepeats = 2;

/** Without the lines that say once more what the ones before them said. */
export function withoutLoops(lines: readonly Utterance[]): Utterance[] {
  const same = (index: number, text: string): boolean => lines[index]?.text === text;
  return lines.filter(({ text }, index) => {
    const before = Array.from({ length: mostRepeats }, (_, back) => index - 1 - back);
    return !before.every((at) => same(at, text));
  });
}
