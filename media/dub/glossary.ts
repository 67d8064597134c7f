/** A term of a glossary, and what is to be said for it: itself where nothing is stated. */
export interface Term {
  readonly term: string;
  readonly translation?: string | undefined;
  readonly matchCase?: boolean | undefined;
}

/** A term where it stands in a text. */
export interface Found {
  readonly start: number;
  readonly end: number;
  readonly term: string;
  readonly wanted: string;
  readonly matchCase: boolean;
}

/** Scripts without spaces between words, where no letter beside a term says that it is another word. */
const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

/** Matches whole words alone. */
function wordsOf(text: string, matchCase: boolean): RegExp {
  const inner = text.replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`);
  const edge = (one: string | undefined): boolean =>
    one !== undefined && /[\p{L}\p{N}]/u.test(one) && !unspaced.test(one);
  const before = edge(Array.from(text).at(0)) ? String.raw`(?<![\p{L}\p{N}])` : "";
  const after = edge(Array.from(text).at(-1)) ? String.raw`(?![\p{L}\p{N}])` : "";
  return new RegExp(`${before}${inner}${after}`, matchCase ? "gu" : "giu");
}

/** The terms in a text, in order; a longer one has the words that a shorter one shares with it. */
export function termsIn(text: string, terms: readonly Term[]): Found[] {
  const found: Found[] = [];
  const longestFirst = terms.toSorted((a, b) => b.term.length - a.term.length);
  for (const { term, translation, matchCase = false } of longestFirst) {
    for (const match of text.matchAll(wordsOf(term, matchCase))) {
      const [start, end] = [match.index, match.index + match[0].length];
      if (found.some((other) => start < other.end && other.start < end)) continue;
      found.push({ start, end, term, wanted: translation ?? match[0], matchCase });
    }
  }
  return found.toSorted((a, b) => a.start - b.start);
}

/** The text with something else in place of each term. */
export function inPlaceOf(
  text: string,
  found: readonly Found[],
  write: (one: Found, index: number) => string,
): string {
  let at = 0;
  let written = "";
  for (const [index, one] of found.entries()) {
    written += text.slice(at, one.start) + write(one, index);
    at = one.end;
  }
  return written + text.slice(at);
}

/** Of these terms those that a translation does not say as it should. */
export function unsaid(translation: string, found: readonly Found[]): Found[] {
  return found.filter(({ wanted, matchCase }) => !wordsOf(wanted, matchCase).test(translation));
}

/** A word that no language has, which translators leave as it is: tried with Mozilla's models, where marks and numbers alone were not. */
export function placeholder(index: number): string {
  return `Xq${index + 1}`;
}

/** The translation with what is wanted for its placeholders; undefined where one is lost or is there twice. */
export function filled(translation: string, found: readonly Found[]): string | undefined {
  let text = translation;
  for (const [index, { wanted }] of found.entries()) {
    const name = wordsOf(placeholder(index), false);
    const matches = [...text.matchAll(name)];
    if (matches.length !== 1) return undefined;
    text = text.replace(name, () => wanted);
  }
  return text;
}
