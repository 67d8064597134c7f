import { readFileSync } from "node:fs";
import { join } from "node:path";
import { at, call, jsonOf, listOf, type Answer } from "./call.ts";
import { dialectOf, type CheckedService, type TtsDialect } from "./dialects.ts";
import { general, refusal, whenOk } from "./general.ts";
import { lipSyncChecks } from "./lip-sync-checks.ts";
import type { Check, Finding } from "./outcome.ts";
import { silence, wavFacts } from "./wav-facts.ts";
import { wordErrorRate } from "./word-errors.ts";

export interface Asked {
  readonly url: string;
  readonly service: CheckedService;
  readonly dialect: string;
  readonly model: string;
  readonly voice: string;
  /** Of the speech: what is said, or what the sample says. */
  readonly language: string;
  readonly source: string;
  readonly target: string;
  readonly sample: { readonly file: Buffer; readonly text: string };
  /** For lip-sync: a piece of a film with a face. */
  readonly film?: Buffer | undefined;
}

/** Times in seconds, in order, none after the end. */
function timed(rows: readonly unknown[], seconds: number): Finding {
  const times = rows.flatMap((row) => [Number(at(row, "start")), Number(at(row, "end"))]);
  const inOrder = times.every((time, index) => time >= (times[index - 1] ?? 0) - 0.05);
  const ok = rows.length > 0 && inOrder && (times.at(-1) ?? 0) <= seconds + 0.5;
  return {
    ok,
    came: rows.length === 0 ? "none came" : `${rows.length}, to ${String(times.at(-1))} s`,
  };
}

/** Beyond that, somebody who knows the text wonders what was said. */
const worstErrorRate = 0.3;

function sttChecks(asked: Asked): Check[] {
  const { url, model, language, sample } = asked;
  const dialect = dialectOf(asked.dialect, "stt");
  const { gaps } = dialect;
  const seconds = wavFacts(sample.file)?.seconds ?? 0;
  const transcribe = (file: Buffer, name = model): Promise<Answer> =>
    dialect.transcribe(url, { file, model: name, language });
  // One transcription, which three checks look at.
  let heard: Promise<Answer> | undefined;
  const ask = (): Promise<Answer> => (heard ??= transcribe(sample.file));
  return [
    ...general(url, dialect),
    {
      name: "transcript",
      asked: `"${sample.text}" (${seconds.toFixed(1)} s)`,
      ask,
      judge: whenOk((answer) => {
        const text = dialect.read(answer).text ?? "";
        const rate = wordErrorRate(sample.text, text);
        return { ok: rate <= worstErrorRate, came: `"${text}", WER ${rate.toFixed(2)}` };
      }),
    },
    {
      name: "segments",
      asked: "times of segments",
      gap: gaps["segments"],
      ask,
      judge: whenOk((answer) => timed(dialect.read(answer).segments, seconds)),
    },
    {
      name: "words",
      asked: "times of words",
      gap: gaps["words"],
      ask,
      judge: whenOk((answer) => timed(dialect.read(answer).words, seconds)),
    },
    {
      name: "silence",
      asked: "2 s of silence",
      gap: "text was invented; the platform sends only what has speech in it",
      ask: () => transcribe(silence(2)),
      judge: whenOk((answer) => {
        const text = dialect.read(answer).text?.trim();
        return { ok: text === "", came: `"${text ?? ""}"` };
      }),
    },
    {
      name: "no audio",
      asked: "a file that is no audio",
      ask: () => transcribe(Buffer.from("This is no audio.")),
      judge: refusal,
    },
    {
      name: "model",
      asked: "a model that is not there",
      gap: gaps["model"],
      ask: () => transcribe(sample.file, "no-such-model"),
      judge: refusal,
    },
  ];
}

const said = {
  en: "Welcome to the show, today we talk about trains.",
  pt: "Bem-vindo ao programa, hoje falamos sobre trens.",
} as const;

function textIn(language: string): string {
  return language.startsWith("pt") ? said.pt : said.en;
}

/** Nobody reads aloud slower or faster than that, in characters a second. */
const pace = { slowest: 6, fastest: 30 } as const;

type Speak = (change?: { speed?: number; text?: string; voice?: string }) => Promise<Answer>;

function ttsRefusals(gaps: TtsDialect["gaps"], speak: Speak): Check[] {
  return [
    {
      name: "empty",
      asked: "an empty text",
      gap: gaps["empty"],
      ask: () => speak({ text: "" }),
      judge: refusal,
    },
    {
      name: "voice",
      asked: "a voice that is not there",
      ask: () => speak({ voice: "no-such-voice" }),
      judge: refusal,
    },
  ];
}

function ttsChecks(asked: Asked): Check[] {
  const { url, model, voice, language } = asked;
  const dialect = dialectOf(asked.dialect, "tts");
  const { gaps } = dialect;
  const text = textIn(language);
  const speak: Speak = (change = {}) =>
    dialect.speak(url, { model, voice, language, text, speed: 1, ...change });
  let natural = 0;
  return [
    ...general(url, dialect),
    {
      name: "voices",
      asked: `GET ${dialect.voices}`,
      gap: gaps["voices"],
      ask: () => call(`${url}${dialect.voices}`),
      judge: whenOk((answer) => {
        const count = listOf(at(jsonOf(answer), "voices")).length;
        return { ok: count > 0, came: `${count} voices` };
      }),
    },
    {
      name: "speech",
      asked: `"${text}" by ${voice}`,
      ask: () => speak(),
      judge: whenOk(({ bytes, type }) => {
        const facts = wavFacts(bytes);
        if (facts === undefined) return { ok: false, came: `no WAV file but ${type}` };
        natural = facts.seconds;
        const rate = text.length / facts.seconds;
        const ok = rate > pace.slowest && rate < pace.fastest && facts.bits === 16;
        const { seconds, channels, bits } = facts;
        return {
          ok,
          came: `${seconds.toFixed(2)} s, ${facts.rate} Hz, ${channels} × ${bits} bits`,
        };
      }),
    },
    {
      name: "speed",
      asked: "the same at speed 1.25",
      gap: gaps["speed"],
      ask: () => speak({ speed: 1.25 }),
      judge: whenOk(({ bytes }) => {
        const seconds = wavFacts(bytes)?.seconds ?? 0;
        const factor = natural / seconds;
        const came = `${seconds.toFixed(2)} s, ${factor.toFixed(2)} times as fast`;
        return { ok: factor > 1.12 && factor < 1.4, came };
      }),
    },
    ...ttsRefusals(gaps, speak),
  ];
}

function isTranslated(text: string, translated: string | undefined): boolean {
  return translated !== undefined && translated.trim() !== "" && translated !== text;
}

function mtChecks(asked: Asked): Check[] {
  const { url, model, source, target } = asked;
  const dialect = dialectOf(asked.dialect, "mt");
  const { gaps } = dialect;
  const translate = (texts: readonly string[], to = target): Promise<Answer> =>
    dialect.translate(url, { model, texts, source, target: to });
  const texts = [textIn(source), source === "pt" ? "São 42 linhas." : "There are 42 lines."];
  return [
    ...general(url, dialect),
    {
      name: "text",
      asked: `"${texts[0] ?? ""}" to ${target}`,
      ask: () => translate(texts.slice(0, 1)),
      judge: whenOk((answer) => {
        const [translated] = dialect.read(answer);
        return { ok: isTranslated(texts[0] ?? "", translated), came: `"${translated ?? ""}"` };
      }),
    },
    {
      name: "list",
      asked: "two texts in one request, the second with a number",
      ask: () => translate(texts),
      judge: whenOk((answer) => {
        const lines = dialect.read(answer);
        const all = texts.every((text, index) => isTranslated(text, lines[index]));
        const ok = lines.length === texts.length && all && (lines[1] ?? "").includes("42");
        return { ok, came: JSON.stringify(lines) };
      }),
    },
    {
      name: "pair",
      asked: "a language that does not exist",
      gap: gaps["pair"],
      ask: () => translate(texts, "xx"),
      judge: refusal,
    },
    {
      name: "empty",
      asked: "an empty text",
      gap: gaps["empty"] ?? "it is answered; the platform sends no empty text",
      ask: () => translate([""]),
      judge: refusal,
    },
  ];
}

/** A face that is drawn, of three seconds. */
const ownFilm = join(import.meta.dirname, "sample-face.mp4");

/** What a service must answer to, to be used by the platform. */
export function checksOf(asked: Asked): readonly Check[] {
  const all = {
    ...{ stt: sttChecks, tts: ttsChecks, mt: mtChecks },
    "lip-sync": ({ film = readFileSync(ownFilm) }: Asked): Check[] =>
      lipSyncChecks(dialectOf(asked.dialect, "lip-sync"), { ...asked, film }),
  } as const;
  return all[asked.service](asked);
}
