import { describe, expect, it } from "vitest";
import {
  clausesOf,
  maxTokens,
  modelPhonemes,
  packed,
  tokensOf,
} from "../../models/tts/phonemes.ts";

describe("Text becomes clauses that end where a speaker pauses", () => {
  it.each([
    ["Hello, world.", ["Hello", "world"], [",", "."]],
    ["It costs 3.5 at 10:30!", ["It costs 3.5 at 10:30"], ["!"]],
    ["No mark at all", ["No mark at all"], [""]],
    ["Wait...  what?!", ["Wait", "what"], [".", "!"]],
    ["two\nlines", ["two lines"], [""]],
    ["... !", [], []],
    ["", [], []],
  ])("%j", (text, words, marks) => {
    const clauses = clausesOf(text);
    expect(clauses.map((clause) => clause.text)).toEqual(words);
    expect(clauses.map((clause) => clause.mark)).toEqual(marks);
  });
});

describe("What espeak-ng writes becomes the model's symbols", () => {
  it.each([
    ["affricates are one symbol", "dʒˈʌdʒ tʃˈɜːtʃ", "en-us", "ʤˈʌʤ ʧˈɜːʧ"],
    ["English diphthongs are one symbol", "eɪ aɪ oʊ aʊ ɔɪ", "en-us", "A I O W Y"],
    ["those of other languages are two vowels", "sˈeɪs", "pt-br", "sˈeɪs"],
    ["marks of another language go", "(en)stɹˈiːm(pt-br) ˈagʊ", "pt-br", "stɹˈiːm ˈaɡʊ"],
    ["nasal vowels are taken apart, a cedilla is not", "nˈõ ç", "pt-br", "nˈo\u0303 ç"],
    ["syllabic consonants get a vowel", "bˈʌtn\u0329", "en-us", "bˈʌtᵊn"],
    ["an English r is always the same", "r", "en-gb", "ɹ"],
    ["lines become words", " a\nb \n", "pt-br", "a b"],
  ])("%s", (_, ipa, voice, expected) => {
    expect(modelPhonemes(ipa, voice)).toBe(expected);
  });
});

describe("The model's symbols become numbers", () => {
  it("leaves out what it does not know", () => {
    expect(tokensOf("aəb", { a: 43, b: 44 })).toEqual([43, 44]);
  });
});

describe("Clauses become as few pieces as the model takes", () => {
  it("joins what fits", () => {
    expect(packed(["a,", "b."])).toEqual(["a, b."]);
  });

  it("begins a piece with a clause that no longer fits", () => {
    const long = "a".repeat(maxTokens - 1);
    expect(packed([long, "b."])).toEqual([long, "b."]);
  });

  it("cuts a clause that is too long between words, and loses none", () => {
    const clause = Array.from({ length: 300 }, () => "word").join(" ");
    const pieces = packed([clause]);
    expect(pieces.join(" ")).toBe(clause);
    expect(pieces.every(({ length }) => length <= maxTokens)).toBe(true);
  });

  it("cuts a word that is too long", () => {
    const clause = "a".repeat(maxTokens * 2 + 1);
    expect(packed([clause]).join("").replaceAll(" ", "")).toBe(clause);
  });
});
