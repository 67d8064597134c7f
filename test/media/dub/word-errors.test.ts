import { expect, it } from "vitest";
import { plainWords, wordErrorRate } from "../../../media/dub/word-errors.ts";

const rate = (said: string, heard: string): number =>
  wordErrorRate(plainWords(said), plainWords(heard));

it("neither case nor punctuation is an error, accents are", () => {
  expect(rate("Não, é cedo!", "não é cedo")).toBe(0);
  expect(rate("Não é cedo", "nao e cedo")).toBeCloseTo(2 / 3);
});

it("counts words that are wrong, missing or too many, by those that were said", () => {
  expect(rate("one two three four", "one too three four")).toBe(0.25);
  expect(rate("one two three four", "one three four")).toBe(0.25);
  expect(rate("one two", "one two three")).toBe(0.5);
  expect(rate("one two", "")).toBe(1);
});

it("of silence nothing can be wrong but what is heard", () => {
  expect([rate("", ""), rate("", "thanks")]).toEqual([0, 1]);
});

it("three hours of talk are compared at once, errors at both ends and in the middle counted", () => {
  const said = Array.from({ length: 27_000 }, (_, index) => `w${index % 991}`);
  const heard = said.toSpliced(13_000, 200).toSpliced(100, 1, "x").concat("y", "z");
  expect(wordErrorRate(said, said)).toBe(0);
  expect(wordErrorRate(said, heard)).toBeCloseTo(203 / 27_000, 6);
});
