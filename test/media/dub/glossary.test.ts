import { describe, expect, it } from "vitest";
import {
  filled,
  inPlaceOf,
  placeholder,
  termsIn,
  unsaid,
  type Term,
} from "../../../media/dub/glossary.ts";

const terms: readonly Term[] = [
  { term: "Framewright" },
  { term: "render", translation: "renderizar" },
  { term: "render farm", translation: "quinta de imagens" },
  { term: "Apple", translation: "Apple", matchCase: true },
  { term: "C++", translation: "C mais mais" },
  { term: "列車", translation: "trem" },
];

describe("Terms are found as whole words, the longest first", () => {
  it.each<[string, readonly string[]]>([
    ["We built a render farm with framewright.", ["render farm", "framewright"]],
    ["They render on a Render Farm; farms render.", ["render", "Render Farm", "render"]],
    ["Rendering is no term, nor is surrender.", []],
    ["An apple by Apple.", ["Apple"]],
    ["He wrote it in C++, and not in C.", ["C++"]],
    ["新しい列車です", ["列車"]],
    ["", []],
  ])("%j", (text, expected) => {
    expect(termsIn(text, terms).map(({ start, end }) => text.slice(start, end))).toEqual(expected);
  });
});

it("what is wanted stands in place of a term, and a term without a translation stays as it was said", () => {
  const text = "A render farm for FRAMEWRIGHT, a render farm.";
  const found = termsIn(text, terms);
  expect(inPlaceOf(text, found, ({ wanted }) => wanted)).toBe(
    "A quinta de imagens for FRAMEWRIGHT, a quinta de imagens.",
  );
  expect(inPlaceOf(text, found, (_, index) => placeholder(index))).toBe("A Xq1 for Xq2, a Xq3.");
});

describe("A translation says a term, whatever its capitals unless these matter", () => {
  const found = termsIn("Apple has a render farm.", terms);
  it.each<[string, readonly string[]]>([
    ["A Apple tem uma Quinta de imagens.", []],
    ["A apple tem uma quinta de imagens.", ["Apple"]],
    ["A Apple tem uma fazenda.", ["quinta de imagens"]],
    ["Tem quinta de imagens2.", ["Apple", "quinta de imagens"]],
  ])("%j", (translation, missing) => {
    expect(unsaid(translation, found).map(({ wanted }) => wanted)).toEqual(missing);
  });
});

describe("Placeholders are filled where each is there once", () => {
  const found = termsIn("Apple has a render farm.", terms);
  it.each([
    ["Xq1 tem uma Xq2.", "Apple tem uma quinta de imagens."],
    ["Uma xq2 é da XQ1.", "Uma quinta de imagens é da Apple."],
    ["Xq1 tem uma.", undefined],
    ["Xq1 tem uma Xq2, Xq2.", undefined],
    ["Xq1 tem uma Xq21.", undefined],
  ])("%j", (translation, expected) => {
    expect(filled(translation, found)).toBe(expected);
  });
});
