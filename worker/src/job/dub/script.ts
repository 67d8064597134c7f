import {
  maxDubLines,
  type LeasedDub,
  type ScriptLine as GivenLine,
} from "@framewright/contracts/dub.ts";
import type { GlossaryTerm } from "@framewright/contracts/glossary.ts";
import type { JobWarning } from "@framewright/contracts/job.ts";
import { JobFailure } from "../../failure.ts";
import type { Attempt } from "../attempt.ts";
import {
  followGlossary,
  glossaryWarnings,
  type Followed,
  type Translate,
  type Unsaid,
} from "./follow-glossary.ts";
import type { KeptModels } from "./kept-models.ts";
import { languageOf } from "./languages.ts";
import type { ScriptLine } from "./speak.ts";

/** One dub, as it is made. */
export interface Work {
  readonly attempt: Attempt;
  readonly services: KeptModels;
  readonly dub: LeasedDub;
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly onProgress: (share: number) => void;
}

/** What is said, as it was heard, or as somebody has corrected it; lines may have their translation already. */
export interface Speech {
  readonly language: string;
  readonly lines: readonly GivenLine[];
}

/** Shares of the time that a dub takes, as measured with the engines that ship. */
export const shares = { heard: 0.25, translated: 0.28, spoken: 0.85 } as const;

/** Lines that are sent for translation at once. */
const batch = 32;

function requireDubbable({ language, lines }: Speech, dub: LeasedDub): void {
  if (languageOf(language) === languageOf(dub.language)) {
    const note = `The source is spoken in ${language} already.`;
    throw new JobFailure("dub-unsupported", { note });
  }
  if (lines.length <= maxDubLines) return;
  const note = `It has ${lines.length} lines; at most ${maxDubLines} are dubbed.`;
  throw new JobFailure("dub-unsupported", { note });
}

/** A translation without letters is nothing to say. */
function isSpoken({ translation }: ScriptLine): boolean {
  return /\p{L}|\p{N}/u.test(translation);
}

/** That of the language which is spoken, with its region or without. */
function termsFrom({ dub }: Work, language: string): readonly GlossaryTerm[] {
  const { glossaries = [] } = dub;
  const exact = glossaries.find(({ from }) => from === language);
  const near = glossaries.find(({ from }) => languageOf(from) === languageOf(language));
  return (exact ?? near)?.terms ?? [];
}

/** The translations of these texts, in their order. */
async function translated(work: Work, from: string, texts: readonly string[]): Promise<Followed> {
  const { services, dub, signal, onProgress } = work;
  const terms = termsFrom(work, from);
  const translate: Translate = (some) =>
    services.translate(some, { from, to: dub.language }, signal);
  const translations: string[] = [];
  const unsaid: Unsaid[] = [];
  for (let at = 0; at < texts.length; at += batch) {
    const followed = await followGlossary(texts.slice(at, at + batch), terms, translate);
    translations.push(...followed.translations);
    unsaid.push(...followed.unsaid);
    const share = translations.length / texts.length;
    onProgress(shares.heard + (shares.translated - shares.heard) * share);
  }
  return { translations, unsaid };
}

export interface Script {
  readonly lines: readonly ScriptLine[];
  readonly warnings: readonly JobWarning[];
}

/** What is to be spoken: each line with its translation. */
export async function scriptOf(work: Work, speech: Speech): Promise<Script> {
  requireDubbable(speech, work.dub);
  const { language, lines } = speech;
  const asked = lines.filter(({ translation }) => translation === undefined);
  const { translations, unsaid } = await translated(
    work,
    language,
    asked.map(({ text }) => text),
  );
  const made = translations.values();
  const script = lines.map(({ start, end, text, translation }) => ({
    line: { start, end, text },
    translation: (translation ?? made.next().value ?? "").trim(),
  }));
  return { lines: script.filter(isSpoken), warnings: glossaryWarnings(unsaid) };
}

/** The voice that was asked for, or the first one of the language. */
export async function voiceFor({ services, dub, signal }: Work): Promise<string> {
  const voices = await services.voices(signal);
  const names = voices.map(({ name }) => name);
  if (dub.voice !== undefined) {
    if (names.includes(dub.voice)) return dub.voice;
    const note = `The speech service has no voice "${dub.voice}"; it has ${names.join(", ")}.`;
    throw new JobFailure("dub-unsupported", { note });
  }
  const wanted = languageOf(dub.language);
  const found = voices.find(
    ({ language }) => language !== undefined && languageOf(language) === wanted,
  );
  if (found) return found.name;
  const note = `The speech service has no voice for ${dub.language}; it has ${names.join(", ")}.`;
  throw new JobFailure("dub-unsupported", { note });
}
