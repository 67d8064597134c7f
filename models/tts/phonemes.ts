/** A part of a text up to a pause, and the mark that ends it. */
export interface Clause {
  readonly text: string;
  readonly mark: string;
}

/** Splits where espeak-ng would pause; it drops the marks, which the model was trained with. Numbers stay whole: 3.5, 10:30. */
export function clausesOf(text: string): readonly Clause[] {
  const found = text.matchAll(/(.+?)([,;:.!?…]+(?=\s|$)|$)/gsu);
  return [...found].flatMap(([, words = "", marks = ""]) => {
    const spoken = words.replaceAll(/\s+/g, " ").trim();
    return /[\p{L}\p{N}]/u.test(spoken) ? [{ text: spoken, mark: marks.at(-1) ?? "" }] : [];
  });
}

/**
 * Symbols of espeak-ng's IPA that the model has under another name, or does not have.
 * https://github.com/hexgrad/misaki/blob/main/EN_PHONES.md describes its symbols.
 */
const replacements: readonly (readonly [RegExp, string])[] = [
  // A word of another language is marked: (en)stream(pt-br).
  [/\([a-z-]+\)/g, ""],
  [/[\u0361\u200d]/gu, ""], // ties
  [/([nlm])\u0329/gu, "ᵊ$1"], // syllabic consonants
  [/\u0329/gu, ""],
  [/c\u0327/gu, "ç"], // taken apart by the normal form
  [/dʒ/gu, "ʤ"],
  [/tʃ/gu, "ʧ"],
  [/ɬ/gu, "l"],
  [/g/gu, "ɡ"],
];

/** English alone: its diphthongs are one symbol each, and its r is always the same. */
const english: readonly (readonly [RegExp, string])[] = [
  [/eɪ/gu, "A"],
  [/aɪ/gu, "I"],
  [/oʊ/gu, "O"],
  [/əʊ/gu, "Q"],
  [/aʊ/gu, "W"],
  [/ɔɪ/gu, "Y"],
  [/r/gu, "ɹ"],
  [/ʲ/gu, "j"],
  [/x/gu, "k"],
];

/** What espeak-ng writes, in the model's symbols. */
export function modelPhonemes(ipa: string, espeakVoice: string): string {
  const rows = espeakVoice.startsWith("en") ? [...replacements, ...english] : replacements;
  const spaced = ipa.normalize("NFD").split(/\s+/u).filter(Boolean).join(" ");
  return rows.reduce((text, [pattern, symbol]) => text.replaceAll(pattern, symbol), spaced);
}

export type Vocabulary = Readonly<Record<string, number>>;

/** The numbers of the symbols; those that the model does not know are left out. */
export function tokensOf(phonemes: string, vocabulary: Vocabulary): readonly number[] {
  return Array.from(phonemes).flatMap((symbol) => {
    const token = vocabulary[symbol];
    return token === undefined ? [] : [token];
  });
}

/** What the model takes at once, without the two that frame it. */
export const maxTokens = 508;

/** Splits a clause that is too long between words. */
function cut(phonemes: string): readonly string[] {
  if (phonemes.length <= maxTokens) return [phonemes];
  const at = phonemes.lastIndexOf(" ", maxTokens);
  const end = at > 0 ? at : maxTokens;
  return [phonemes.slice(0, end), ...cut(phonemes.slice(end).trimStart())];
}

/** Clauses joined to pieces that the model takes, as few as possible, so that the melody goes through. */
export function packed(clauses: readonly string[]): readonly string[] {
  const pieces: string[] = [];
  for (const part of clauses.flatMap(cut)) {
    const last = pieces.at(-1);
    const joined = last === undefined ? part : `${last} ${part}`;
    if (last !== undefined && joined.length <= maxTokens) pieces[pieces.length - 1] = joined;
    else pieces.push(part);
  }
  return pieces;
}
