import { describe, expect, it } from "vitest";
import { followGlossary, glossaryWarnings } from "../../../worker/src/job/dub/follow-glossary.ts";

const terms = [{ term: "Framewright" }, { term: "render farm", translation: "quinta de imagens" }];

/** A service that answers as it is told, and what it was asked, batch by batch. */
function serviceOf(answers: Readonly<Record<string, string>>) {
  const asked: (readonly string[])[] = [];
  const translate = (texts: readonly string[]): Promise<string[]> => {
    asked.push(texts);
    return Promise.resolve(texts.map((text) => answers[text] ?? `?${text}`));
  };
  return { asked, translate };
}

const text = "We have a render farm.";
const withWords = "We have a quinta de imagens.";
const withPlaceholder = "We have a Xq1.";

describe("Terms are said as a glossary states", () => {
  it("without a further question where the translation has them already, or there are none", async () => {
    const said = "Temos uma quinta de imagens.";
    const { asked, translate } = serviceOf({ [text]: said, "Good day.": "Bom dia." });
    const { translations, unsaid } = await followGlossary([text, "Good day."], terms, translate);
    expect([translations, unsaid, asked.length]).toEqual([[said, "Bom dia."], [], 1]);
  });

  it("by the wanted words in the source, of those lines alone that lack them", async () => {
    const { asked, translate } = serviceOf({
      ...{ [text]: "Temos uma fazenda.", "Good day.": "Bom dia." },
      [withWords]: "Temos uma quinta de imagens.",
    });
    const followed = await followGlossary(["Good day.", text], terms, translate);
    expect(followed.translations).toEqual(["Bom dia.", "Temos uma quinta de imagens."]);
    expect(asked).toEqual([["Good day.", text], [withWords]]);
  });

  it("by placeholders, where the service translates the wanted words", async () => {
    const { translate } = serviceOf({
      ...{ [text]: "Temos uma fazenda.", [withWords]: "Temos um sítio." },
      [withPlaceholder]: "Temos uma Xq1.",
    });
    const { translations, unsaid } = await followGlossary([text], terms, translate);
    expect([translations, unsaid]).toEqual([["Temos uma quinta de imagens."], []]);
  });

  it("or the job says which are not, and the plain translation stays", async () => {
    const both = "Framewright has a render farm.";
    const { asked, translate } = serviceOf({
      [both]: "Framewright tem uma fazenda.",
      "Framewright has a quinta de imagens.": "Escrivão tem uma quinta.",
      "Xq1 has a Xq2.": "Xq1 tem uma.",
    });
    const { translations, unsaid } = await followGlossary([both], terms, translate);
    expect([translations, asked.length]).toEqual([["Framewright tem uma fazenda."], 3]);
    expect(glossaryWarnings(unsaid)).toEqual([
      {
        code: "dub-glossary",
        message:
          'The dub does not say 1 term as the glossary states, first "render farm" as "quinta de imagens" in ' +
          '"Framewright has a render farm."; correct such lines in the transcript.',
      },
    ]);
    expect(glossaryWarnings([])).toEqual([]);
  });

  it("of two ways that say as many, the first one stays", async () => {
    const both = "Framewright has a render farm.";
    const { translate } = serviceOf({
      [both]: "Escrivão tem uma fazenda.",
      "Framewright has a quinta de imagens.": "Framewright tem um sítio.",
      "Xq1 has a Xq2.": "Xq1 tem uma.",
    });
    const { translations } = await followGlossary([both], terms, translate);
    expect(translations).toEqual(["Framewright tem um sítio."]);
  });
});
