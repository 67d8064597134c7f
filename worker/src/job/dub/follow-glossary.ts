import type { GlossaryTerm } from "@framewright/contracts/glossary.ts";
import type { JobWarning } from "@framewright/contracts/job.ts";
import {
  filled,
  inPlaceOf,
  placeholder,
  termsIn,
  unsaid,
  type Found,
} from "@framewright/media/dub/glossary.ts";

/** In the order of the texts. */
export type Translate = (texts: readonly string[]) => Promise<string[]>;

interface Line {
  readonly text: string;
  readonly found: readonly Found[];
  readonly translation: string;
}

interface Way {
  readonly ask: (line: Line) => string;
  /** Undefined where the answer is of no use. */
  readonly read: (answer: string, line: Line) => string | undefined;
}

/**
 * How a service that knows of no glossary is brought to say a term, after it was asked plainly: with the wanted words in the source, which
 * it mostly leaves and makes the rest of the sentence agree with; then with a placeholder, for which they are put afterwards.
 */
const ways: readonly Way[] = [
  {
    ask: ({ text, found }) => inPlaceOf(text, found, ({ wanted }) => wanted),
    read: (answer) => answer,
  },
  {
    ask: ({ text, found }) => inPlaceOf(text, found, (_, index) => placeholder(index)),
    read: (answer, { found }) => filled(answer, found),
  },
];

/** The answer that says more of the terms; the first of two that say as many. */
function better(line: Line, answer: string | undefined): Line {
  if (answer === undefined) return line;
  const isBetter = unsaid(answer, line.found).length < unsaid(line.translation, line.found).length;
  return isBetter ? { ...line, translation: answer } : line;
}

/** A term that the service could not be brought to say. */
export interface Unsaid {
  readonly term: string;
  readonly wanted: string;
  /** Where it stands in the source. */
  readonly text: string;
}

export interface Followed {
  readonly translations: readonly string[];
  readonly unsaid: readonly Unsaid[];
}

export function glossaryWarnings(missed: readonly Unsaid[]): JobWarning[] {
  const [first] = missed;
  if (!first) return [];
  const count = missed.length === 1 ? "1 term" : `${missed.length} terms`;
  const message =
    `The dub does not say ${count} as the glossary states, first "${first.term}" as "${first.wanted}" in ` +
    `"${first.text.slice(0, 80)}"; correct such lines in the transcript.`;
  return [{ code: "dub-glossary", message }];
}

/** Translates lines so that terms are said as a glossary states, as far as the service can be brought to it. */
export async function followGlossary(
  texts: readonly string[],
  terms: readonly GlossaryTerm[],
  translate: Translate,
): Promise<Followed> {
  const plain = await translate(texts);
  let lines = texts.map((text, index): Line => {
    return { text, found: termsIn(text, terms), translation: plain[index] ?? "" };
  });
  for (const { ask, read } of ways) {
    const open = lines.filter(({ found, translation }) => unsaid(translation, found).length > 0);
    if (open.length === 0) break;
    const answers = await translate(open.map(ask));
    const changed = new Map(
      open.map((line, index) => [line, better(line, read(answers[index] ?? "", line))]),
    );
    lines = lines.map((line) => changed.get(line) ?? line);
  }
  return {
    translations: lines.map(({ translation }) => translation),
    unsaid: lines.flatMap(({ text, found, translation }) =>
      unsaid(translation, found).map(({ term, wanted }) => ({ term, wanted, text })),
    ),
  };
}
