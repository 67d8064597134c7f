import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { languageName, languageTag } from "../../media/language.ts";

describe("the language of a track", () => {
  it.each([
    ["eng", "en"],
    ["ger", "de"],
    ["deu", "de"],
    ["GER", "de"],
    ["fre", "fr"],
    ["fra", "fr"],
    ["chi", "zh"],
    ["cze", "cs"],
    ["rum", "ro"],
    ["slo", "sk"],
    ["wel", "cy"],
    ["gsw", "gsw"],
    ["en-us", "en-US"],
    ["pt_BR", "pt-BR"],
    ["zh-Hant-TW", "zh-Hant-TW"],
    [" eng ", "en"],
    ["mul", "mul"],
    ["es-419", "es-419"],
    ["sgn-US", "ase"],
  ])("stated as %j is %s", (stated, wanted) => {
    expect(languageTag(stated)).toBe(wanted);
  });

  it.each([
    [undefined],
    [""],
    ["und"],
    ["und-Latn"],
    ["mis"],
    ["qaa"],
    ["English"],
    ["eng,fra"],
    ["e"],
    ["en-"],
    ["en-u-nu-thai"],
    ["aa-0-AA"],
    ['en",URI="x'],
    ["日本語"],
    ["x".repeat(5000)],
  ])("stated as %j is not known", (stated) => {
    expect(languageTag(stated)).toBeUndefined();
  });

  it("is well-formed for any statement, and has a name", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9_-]{1,12}$/), (stated) => {
        const tag = languageTag(stated);
        if (tag === undefined) return;
        expect(tag).toMatch(/^[a-z]{2,3}(-[A-Za-z0-9]+)*$/);
        expect(languageName(tag)).not.toBe("");
      }),
    );
  });
});

describe("the name of a language", () => {
  it.each([
    ["en", "English"],
    ["de", "Deutsch"],
    ["fr", "Français"],
    ["ja", "日本語"],
    ["pt-BR", "Português (Brasil)"],
  ])("%s is in itself %s", (tag, wanted) => {
    expect(languageName(tag)).toBe(wanted);
  });
});
