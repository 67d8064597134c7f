/** The language of a tag, without its region: engines know `pt`, not `pt-BR`. */
export function languageOf(tag: string): string {
  return tag.split(/[-_]/)[0]?.toLowerCase() ?? tag;
}

let codesByName: ReadonlyMap<string, string> | undefined;

/** English names of all languages with two letters. */
function codes(): ReadonlyMap<string, string> {
  if (codesByName) return codesByName;
  const names = new Intl.DisplayNames(["en"], { type: "language", fallback: "none" });
  const letters = Array.from({ length: 26 }, (_, index) => String.fromCharCode(97 + index));
  const all = letters.flatMap((one) => letters.map((two) => `${one}${two}`));
  codesByName = new Map(
    all.flatMap((code) => {
      const name = names.of(code);
      return name === undefined ? [] : [[name.toLowerCase(), code] as const];
    }),
  );
  return codesByName;
}

/** What an engine says that it has heard: a tag or, as OpenAI's own service, a name in English. */
export function heardLanguage(stated: string | undefined): string | undefined {
  const text = stated?.trim().toLowerCase() ?? "";
  if (/^[a-z]{2,3}([-_][a-z]{2})?$/.test(text)) return languageOf(text);
  return codes().get(text);
}
