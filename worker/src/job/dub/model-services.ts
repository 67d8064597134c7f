import { Type, type Static, type TSchema } from "typebox";
import { Value } from "typebox/value";
import { Agent, FormData, fetch, type BodyInit } from "undici";
import { lipSyncParts, lipSyncPath } from "@framewright/contracts/lip-sync.ts";
import { retry } from "@framewright/runtime/retry.ts";
import { spreadWords, type Word } from "@framewright/media/dub/utterances.ts";
import type { ModelAddresses } from "../../../model-variables.ts";
import { JobFailure } from "../../failure.ts";
import { languageOf } from "./languages.ts";

export interface Heard {
  /** As an engine names it. */
  readonly language: string | undefined;
  readonly words: readonly Word[];
}

export interface Voice {
  readonly name: string;
  /** Undefined where the service does not say. */
  readonly language: string | undefined;
}

export interface LipsPiece {
  readonly video: Buffer;
  readonly audio: Buffer;
}

/** OpenAI's shapes for hearing and speaking, LibreTranslate's for translating. */
export interface ModelServices {
  /** Times of the words count from the start of the WAV. */
  readonly hear: (wav: Buffer, language: string | undefined, signal: AbortSignal) => Promise<Heard>;
  /** In the same order. */
  readonly translate: (
    texts: readonly string[],
    pair: { readonly from: string; readonly to: string },
    signal: AbortSignal,
  ) => Promise<string[]>;
  /** A WAV, of whichever rate the engine has. */
  readonly speak: (
    line: { readonly text: string; readonly voice: string; readonly speed: number },
    signal: AbortSignal,
  ) => Promise<Buffer>;
  readonly voices: (signal: AbortSignal) => Promise<Voice[]>;
  /** A piece of a film with the lips moved; contracts/lip-sync.ts has the shape. */
  readonly moveLips: (piece: LipsPiece, signal: AbortSignal) => Promise<Buffer>;
  /** The name of the model that the service has. */
  readonly modelOf: (service: "stt" | "tts" | "lipSync", signal: AbortSignal) => Promise<string>;
  readonly close: () => Promise<void>;
}

/** A minute of sound takes a slow machine a minute, and others may be served first. */
const patienceMs = 300_000;
/** A minute of film takes a small GPU five minutes (Wav2Lip's users, issue 584), and its node has to come first. */
const lipsPatienceMs = 1_200_000;
const tries = 5;
const largestAnswer = 64 * 1024 * 1024;

const Segment = Type.Object({ start: Type.Number(), end: Type.Number(), text: Type.String() });
const HeardWord = Type.Object({ word: Type.String(), start: Type.Number(), end: Type.Number() });
/** `verbose_json`; engines leave out or null what they do not know. */
const Transcription = Type.Object({
  language: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  segments: Type.Optional(Type.Union([Type.Array(Segment), Type.Null()])),
  words: Type.Optional(Type.Union([Type.Array(HeardWord), Type.Null()])),
});
const Translation = Type.Object({
  translatedText: Type.Union([Type.String(), Type.Array(Type.String())]),
});
const VoiceRow = Type.Union([
  Type.String(),
  Type.Object({
    id: Type.Optional(Type.String()),
    name: Type.Optional(Type.String()),
    language: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  }),
]);
const ModelList = Type.Object({ data: Type.Array(Type.Object({ id: Type.String() })) });
const VoiceList = Type.Object({ voices: Type.Array(VoiceRow) });

type Service = "speech recognition" | "translation" | "speech" | "lip-sync";

/** The service did not answer usefully; another try may. */
class Unavailable extends Error {}

function isBusy(status: number): boolean {
  return status === 408 || status === 429 || status >= 500;
}

async function textOf(response: Awaited<ReturnType<typeof fetch>>): Promise<string> {
  return (await response.text()).slice(0, 1000);
}

interface Call {
  readonly service: Service;
  readonly url: string;
  readonly init: { readonly method: "GET" | "POST"; readonly headers?: Record<string, string> };
  /** Made anew for each try. */
  readonly body?: () => BodyInit;
  readonly signal: AbortSignal;
  readonly patienceMs?: number;
}

function unavailable(service: Service, why: string, cause?: unknown): JobFailure {
  return new JobFailure("model-unavailable", { note: `The ${service} service ${why}.`, cause });
}

async function once(dispatcher: Agent, call: Call): Promise<Buffer> {
  const { url, init, body, signal } = call;
  const late = AbortSignal.timeout(call.patienceMs ?? patienceMs);
  let response;
  try {
    response = await fetch(url, {
      ...init,
      ...(body && { body: body() }),
      dispatcher,
      redirect: "error",
      signal: AbortSignal.any([signal, late]),
    });
    if (response.ok) return Buffer.from(await response.arrayBuffer());
  } catch (error) {
    signal.throwIfAborted();
    throw new Unavailable(late.aborted ? "did not answer in time" : "cannot be reached", {
      cause: error,
    });
  }
  const text = await textOf(response);
  if (isBusy(response.status)) throw new Unavailable(`answered ${response.status}: ${text}`);
  throw new JobFailure("dub-unsupported", {
    note: `The ${call.service} service refused a request.`,
    detail: text,
  });
}

async function ask(dispatcher: Agent, call: Call): Promise<Buffer> {
  try {
    const answer = await retry(() => once(dispatcher, call), {
      ...{ signal: call.signal, attempts: tries, firstMs: 500, limitMs: 10_000 },
      retryable: (error) => error instanceof Unavailable,
    });
    if (answer.length <= largestAnswer) return answer;
    throw unavailable(call.service, `answered with ${answer.length} bytes`);
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    throw unavailable(call.service, error.message, error);
  }
}

function decoded<Schema extends TSchema>(
  service: Service,
  schema: Schema,
  answer: Buffer,
): Static<Schema> {
  let value: unknown;
  try {
    value = JSON.parse(answer.toString("utf8"));
  } catch (error) {
    throw unavailable(service, "answered with something that is not JSON", error);
  }
  if (Value.Check(schema, value)) return value;
  const [first] = Value.Errors(schema, value);
  const where = first ? `${first.instancePath} ${first.message}` : "";
  throw unavailable(service, `answered in another form than expected: ${where}`);
}

/** Words with their times, or the words of segments where the engine gives no better times. */
function wordsOf({ words, segments }: Static<typeof Transcription>): Word[] {
  if (words && words.length > 0) {
    return words.map(({ word, start, end }) => ({ text: word.trim(), start, end }));
  }
  return (segments ?? []).flatMap(spreadWords);
}

function json(body: unknown) {
  return {
    init: { method: "POST" as const, headers: { "content-type": "application/json" } },
    body: () => JSON.stringify(body),
  };
}

function fileOf(bytes: Buffer, type: string): Blob {
  return new Blob([new Uint8Array(bytes)], { type });
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, "");
}

/** The first model that a service lists: most servers have one, and refuse any other name. */
async function firstModel(dispatcher: Agent, service: Service, base: string, signal: AbortSignal) {
  const call = { service, url: `${base}/v1/models`, init: { method: "GET" }, signal } as const;
  const [first] = decoded(service, ModelList, await ask(dispatcher, call)).data;
  if (first) return first.id;
  throw unavailable(service, "lists no model");
}

function urlsOf({ stt, mt, tts, lipSync = "" }: ModelAddresses) {
  const [heard, translated] = [withoutSlash(stt), withoutSlash(mt)];
  return { stt: heard, mt: translated, tts: withoutSlash(tts), lips: withoutSlash(lipSync) };
}

function speechForm(wav: Buffer, model: string, language: string | undefined): FormData {
  const form = new FormData();
  form.set("file", fileOf(wav, "audio/wav"), "speech.wav");
  form.set("model", model);
  form.set("response_format", "verbose_json");
  for (const kind of ["word", "segment"]) form.append("timestamp_granularities[]", kind);
  if (language !== undefined) form.set("language", languageOf(language));
  return form;
}

function lipsForm({ video, audio }: LipsPiece, model: string): FormData {
  const form = new FormData();
  form.set(lipSyncParts.model, model);
  form.set(lipSyncParts.video, fileOf(video, "video/mp4"), "piece.mp4");
  form.set(lipSyncParts.audio, fileOf(audio, "audio/wav"), "voice.wav");
  return form;
}

function voiceOf(voice: Static<typeof VoiceRow>): Voice[] {
  if (typeof voice === "string") return [{ name: voice, language: undefined }];
  const name = voice.id ?? voice.name;
  return name === undefined ? [] : [{ name, language: voice.language ?? undefined }];
}

export function createModelServices(addresses: ModelAddresses): ModelServices {
  const dispatcher = new Agent({
    // Each call has a patience of its own.
    ...{ connect: { timeout: 5000 }, headersTimeout: lipsPatienceMs, bodyTimeout: patienceMs },
  });
  const { stt, mt, tts, lips } = urlsOf(addresses);
  const models = {
    stt: { service: "speech recognition", url: stt },
    tts: { service: "speech", url: tts },
    lipSync: { service: "lip-sync", url: lips },
  } as const;
  const modelOf: ModelServices["modelOf"] = (name, signal) => {
    const { service, url } = models[name];
    if (url !== "") return firstModel(dispatcher, service, url, signal);
    throw unavailable(service, "is not there");
  };
  return {
    modelOf,
    hear: async (wav, language, signal) => {
      const model = await modelOf("stt", signal);
      const body = (): FormData => speechForm(wav, model, language);
      const answer = await ask(dispatcher, {
        ...{ service: "speech recognition", url: `${stt}/v1/audio/transcriptions` },
        ...{ init: { method: "POST" }, body, signal },
      });
      const heard = decoded("speech recognition", Transcription, answer);
      return { language: heard.language ?? undefined, words: wordsOf(heard) };
    },
    translate: async (texts, { from, to }, signal) => {
      const body = { q: texts, source: languageOf(from), target: languageOf(to), format: "text" };
      const call = { service: "translation", url: `${mt}/translate`, signal } as const;
      const answer = await ask(dispatcher, { ...call, ...json(body) });
      const { translatedText } = decoded("translation", Translation, answer);
      const lines = typeof translatedText === "string" ? [translatedText] : translatedText;
      if (lines.length === texts.length) return lines;
      throw unavailable("translation", `gave ${lines.length} lines for ${texts.length}`);
    },
    speak: async ({ text, voice, speed }, signal) => {
      const model = await modelOf("tts", signal);
      const body = { model, input: text, voice, speed, response_format: "wav" };
      const call = { service: "speech", url: `${tts}/v1/audio/speech`, signal } as const;
      return ask(dispatcher, { ...call, ...json(body) });
    },
    moveLips: async (piece, signal) => {
      const model = await modelOf("lipSync", signal);
      const body = (): FormData => lipsForm(piece, model);
      return ask(dispatcher, {
        ...{ service: "lip-sync", url: `${lips}${lipSyncPath}`, init: { method: "POST" } },
        ...{ body, signal, patienceMs: lipsPatienceMs },
      });
    },
    voices: async (signal) => {
      const answer = await ask(dispatcher, {
        ...{ service: "speech", url: `${tts}/v1/audio/voices`, init: { method: "GET" }, signal },
      });
      return decoded("speech", VoiceList, answer).voices.flatMap(voiceOf);
    },
    close: () => dispatcher.close(),
  };
}
