import type { Glossary } from "@framewright/contracts/glossary.ts";
import { newId } from "../../api/ids.ts";
import type { GlossaryStore, Pair } from "../../api/glossaries/glossary-store.ts";

const at = "2026-11-21T10:00:00.000Z";

function aGlossary({ from, to }: Pair): Glossary {
  const terms = [{ term: "Framewright" }];
  return { id: newId(), from, to, terms, createdAt: at, updatedAt: at };
}

/** Answers as if everything had worked; the statements are tested on a real Postgres. */
export const fakeGlossaries: GlossaryStore = {
  list: () =>
    Promise.resolve({ glossaries: [{ ...aGlossary({ from: "en", to: "pt" }), terms: 1 }] }),
  get: (_project, pair) => Promise.resolve(aGlossary(pair)),
  put: (_by, pair, terms) => Promise.resolve({ ...aGlossary(pair), terms: [...terms] }),
  delete: () => Promise.resolve(),
};
