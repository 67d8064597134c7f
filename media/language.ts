/** Codes that say that no language is known (ISO 639-2). */
const unknown: ReadonlySet<string> = new Set(["und", "mis", "root"]);

/** Reserved for local use: means something in one company or one country only. */
const local = /^q[a-t][a-z]$/;

/** A language, and maybe a script and a region. */
const shape = /^[a-z]{2,3}(-[a-z]{4})?(-([a-z]{2}|\d{3}))?$/i;

/**
 * What a source states of a track's language (ISO 639-2 in most containers, with its bibliographic
 * codes) as the shortest tag of RFC 5646: `ger`, `deu` and `de` become `de`. Nothing where the
 * statement says nothing or is no language.
 */
export function languageTag(stated: string | undefined): string | undefined {
  const text = (stated ?? "").trim().replaceAll("_", "-");
  if (!shape.test(text)) return undefined;
  try {
    const [tag] = Intl.getCanonicalLocales(text);
    const [language = ""] = tag?.split("-") ?? [];
    return unknown.has(language) || local.test(language) ? undefined : tag;
  } catch {
    // It looks like a tag and is none.
    return undefined;
  }
}

/** The language's name in itself, as players show it; the tag where there is no name. */
export function languageName(tag: string): string {
  const name = new Intl.DisplayNames([tag], { type: "language" }).of(tag) ?? tag;
  return name.replace(/^\p{Ll}/u, (letter) => letter.toLocaleUpperCase(tag));
}
