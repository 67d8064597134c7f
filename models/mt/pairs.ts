/** The files of one direction, in a folder of the weights with the name of the pair. */
export interface Pair {
  readonly source: string;
  readonly target: string;
  readonly model: string;
  readonly shortlist: string;
  readonly vocabulary: string;
}

export const languageNames = { en: "English", pt: "Portuguese" } as const;
export type MtLanguage = keyof typeof languageNames;

function pair(source: MtLanguage, target: MtLanguage): Pair {
  const name = `${source}${target}`;
  return {
    ...{ source, target },
    model: `model.${name}.intgemm.alphas.bin`,
    shortlist: `lex.50.50.${name}.s2t.bin`,
    vocabulary: `vocab.${name}.spm`,
  };
}

export const pairs: readonly Pair[] = [pair("en", "pt"), pair("pt", "en")];

export function findPair(source: string, target: string): Pair | undefined {
  // A region decides nothing here: pt-BR is pt.
  const [from, to] = [source, target].map((code) => code.toLowerCase().split(/[-_]/)[0]);
  return pairs.find((candidate) => candidate.source === from && candidate.target === to);
}

/** As LibreTranslate's GET /languages has them. */
export function languages(): { code: string; name: string; targets: string[] }[] {
  return Object.entries(languageNames).map(([code, name]) => ({
    ...{ code, name },
    targets: pairs.filter(({ source }) => source === code).map(({ target }) => target),
  }));
}
