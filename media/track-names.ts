import { languageName, languageTag } from "./language.ts";
import { attributeText } from "./playlist.ts";

/** What a source says of a track, for people. */
export interface TrackLabel {
  /** As in RFC 5646. */
  readonly language: string | undefined;
  readonly title: string | undefined;
}

const maxTitle = 100;

/** Controls, line breaks and marks that turn the direction of the text around them. */
const invisible = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]+/gu;

function titleText(stated: string | undefined): string | undefined {
  const text = (stated ?? "").toWellFormed().replaceAll(invisible, " ").replaceAll(/\s+/g, " ");
  const title = Array.from(text.trim()).slice(0, maxTitle).join("").trim();
  return title === "" ? undefined : title;
}

export function trackLabel(tags: Readonly<Record<string, string>> = {}): TrackLabel {
  return { language: languageTag(tags["language"]), title: titleText(tags["title"]) };
}

/** Both language and title, because titles such as "Stereo" say nothing of the language. */
export function trackName({ language, title }: TrackLabel, fallback: string): string {
  if (language === undefined) return title ?? fallback;
  const name = languageName(language);
  if (title === undefined) return name;
  return title.toLowerCase().includes(name.toLowerCase()) ? title : `${name} (${title})`;
}

/** The same names as they can stand in a playlist, each only once (RFC 8216, 4.3.4.1.1). */
export function uniqueNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map(attributeText).map((name) => {
    let unique = name;
    for (let number = 2; taken.has(unique); number += 1) unique = `${name} ${number}`;
    taken.add(unique);
    return unique;
  });
}
