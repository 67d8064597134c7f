import { lipSyncParts, lipSyncPath } from "@framewright/contracts/lip-sync.ts";
import { modelServices } from "../weights.ts";
import { at, call, jsonOf, listOf, postJson, textOf, type Answer } from "./call.ts";

/** Of lip-sync this project has the contract and no engine. */
export const checkedServices = [...modelServices, "lip-sync"] as const;
export type CheckedService = (typeof checkedServices)[number];

export interface Base {
  /** Answers 200 once the model is loaded. */
  readonly health: string;
  /** What the dialect does not have, by the name of the check, with how the platform does without. */
  readonly gaps: Readonly<Record<string, string>>;
}

export interface Heard {
  readonly text: string | undefined;
  readonly segments: readonly unknown[];
  readonly words: readonly unknown[];
}
export interface SttDialect extends Base {
  transcribe(
    url: string,
    asked: { file: Buffer; model: string; language: string },
  ): Promise<Answer>;
  read(answer: Answer): Heard;
}

export interface TtsDialect extends Base {
  speak(url: string, asked: Spoken): Promise<Answer>;
  readonly voices: string;
}
interface Spoken {
  readonly model: string;
  readonly text: string;
  readonly voice: string;
  readonly language: string;
  readonly speed: number;
}

export interface MtDialect extends Base {
  translate(url: string, asked: Translated): Promise<Answer>;
  /** One text for each that was asked for. */
  read(answer: Answer): readonly (string | undefined)[];
}
interface Translated {
  readonly model: string;
  readonly texts: readonly string[];
  readonly source: string;
  readonly target: string;
}

export interface LipSyncDialect extends Base {
  move(
    url: string,
    asked: { readonly video: Buffer; readonly audio: Buffer; readonly model: string },
  ): Promise<Answer>;
}

function form(
  fields: Readonly<Record<string, string | readonly string[]>>,
  file?: Buffer,
): FormData {
  const data = new FormData();
  if (file !== undefined) {
    const blob = new Blob([new Uint8Array(file)], { type: "audio/wav" });
    data.append("file", blob, "speech.wav");
  }
  for (const [name, value] of Object.entries(fields)) {
    for (const one of typeof value === "string" ? [value] : value) data.append(name, one);
  }
  return data;
}

const granularities = { "timestamp_granularities[]": ["segment", "word"] } as const;

/** OpenAI's, which most servers of it speak. */
const openAiStt: SttDialect = {
  health: "/health",
  gaps: {},
  transcribe: (url, { file, model, language }) =>
    call(`${url}/v1/audio/transcriptions`, {
      method: "POST",
      body: form({ model, language, response_format: "verbose_json", ...granularities }, file),
    }),
  read(answer) {
    const body = jsonOf(answer);
    const [segments, words] = [listOf(at(body, "segments")), listOf(at(body, "words"))];
    return { text: textOf(at(body, "text")), segments, words };
  },
};

const openAiTts: TtsDialect = {
  health: "/health",
  gaps: {},
  voices: "/v1/audio/voices",
  speak: (url, { model, text, voice, speed }) =>
    postJson(`${url}/v1/audio/speech`, {
      ...{ model, input: text, voice, speed },
      response_format: "wav",
    }),
};

const bcp47: Readonly<Record<string, string>> = { en: "en-US", pt: "pt-BR", es: "es-US" };
function regional(language: string): string {
  return bcp47[language] ?? language;
}

const noWords = "the platform cuts by speech that it finds itself, and needs no words";
const noSegments = "the platform cuts by speech that it finds itself, in pieces of 30 s or less";
const noTimes = { segments: noSegments, words: noWords };
const noHealthRoute = "probe another path of it";
const speedIgnored = "the result is measured and stretched";
const voicesUnlisted = "name a voice in the config";

/** An instruction that a model of chat follows well: one object, one text for each line. */
function chatBody({ model, texts, source, target }: Translated): unknown {
  const lines = { type: "array", items: { type: "string" } };
  const schema = {
    ...{ type: "object", properties: { lines }, required: ["lines"] },
    additionalProperties: false,
  };
  return {
    model,
    temperature: 0,
    messages: [
      {
        role: "system",
        content: `Translate each line from ${source} to ${target}. Answer with JSON: {"lines": [...]}, one entry for each line, in the same order, and nothing else.`,
      },
      { role: "user", content: JSON.stringify({ lines: texts }) },
    ],
    response_format: { type: "json_schema", json_schema: { name: "lines", schema, strict: true } },
  };
}

function chatLines(answer: Answer): readonly (string | undefined)[] {
  const [choice] = listOf(at(jsonOf(answer), "choices"));
  const content = textOf(at(choice, "message.content")) ?? "";
  try {
    const said: unknown = JSON.parse(content);
    return listOf(at(said, "lines")).map(textOf);
  } catch {
    return [];
  }
}

const libreTranslate: MtDialect = {
  health: "/health",
  gaps: {},
  translate: (url, { texts, source, target }) => {
    const [only] = texts;
    const q = texts.length === 1 ? only : texts;
    return postJson(`${url}/translate`, { q, source, target, format: "text" });
  },
  read(answer) {
    const translated = at(jsonOf(answer), "translatedText");
    return Array.isArray(translated) ? translated.map(textOf) : [textOf(translated)];
  },
};

function fileOf(bytes: Buffer, type: string): Blob {
  return new Blob([new Uint8Array(bytes)], { type });
}

/** No other project has an interface for it that is in common use. */
const ownLipSync: LipSyncDialect = {
  health: "/health",
  gaps: {},
  move(url, { video, audio, model }) {
    const body = new FormData();
    body.append(lipSyncParts.model, model);
    body.append(lipSyncParts.video, fileOf(video, "video/mp4"), "piece.mp4");
    body.append(lipSyncParts.audio, fileOf(audio, "audio/wav"), "voice.wav");
    return call(`${url}${lipSyncPath}`, { method: "POST", body });
  },
};

/** Who speaks what, and what each is known to lack. `own` is that of this project's engines. */
export const dialects = {
  own: { stt: openAiStt, tts: openAiTts, mt: libreTranslate, "lip-sync": ownLipSync },
  vllm: {
    // Segments since vLLM's pull request 24209; words are not merged (47664).
    stt: { ...openAiStt, gaps: { words: noWords } },
    tts: { ...openAiTts, gaps: { speed: speedIgnored } },
  },
  speaches: {
    // Its issues 379 and 639: `words` is null with some models.
    stt: { ...openAiStt, gaps: { words: noWords } },
    tts: { ...openAiTts, gaps: { voices: voicesUnlisted } },
  },
  nim: {
    // NVIDIA's ASR NIM answers with json or text alone, and wants a language with its region.
    stt: {
      ...openAiStt,
      health: "/v1/health/ready",
      gaps: { ...noTimes, model: "it has one model, and ignores the name" },
      transcribe: (url, { file, model, language }) =>
        call(`${url}/v1/audio/transcriptions`, {
          method: "POST",
          body: form({ model, language: regional(language), response_format: "json" }, file),
        }),
    },
    tts: {
      health: "/v1/health/ready",
      gaps: { speed: speedIgnored, voices: voicesUnlisted },
      voices: "/v1/audio/list_voices",
      speak: (url, { text, voice, language }) =>
        call(`${url}/v1/audio/synthesize`, {
          method: "POST",
          body: form({ text, voice, language: regional(language) }),
        }),
    },
  },
  libretranslate: {
    mt: { ...libreTranslate, gaps: { models: "it has no such list; GET /languages is there" } },
  },
  "openai-chat": {
    mt: {
      health: "/health",
      gaps: {
        pair: "a model of chat translates whatever it is asked to; the platform checks the result",
        empty: "the platform sends no empty line",
        health: noHealthRoute,
      },
      translate: (url, asked) => postJson(`${url}/v1/chat/completions`, chatBody(asked)),
      read: chatLines,
    },
  },
} as const satisfies Record<string, Partial<ByService>>;

interface ByService {
  readonly stt: SttDialect;
  readonly tts: TtsDialect;
  readonly mt: MtDialect;
  readonly "lip-sync": LipSyncDialect;
}

function rowOf(name: string): Partial<ByService> | undefined {
  return Object.entries(dialects).find(([known]) => known === name)?.[1];
}

/** The dialects that have a service. */
export function dialectsOf(service: CheckedService): readonly string[] {
  return Object.keys(dialects).filter((name) => rowOf(name)?.[service] !== undefined);
}

/** Throws where the dialect has no such service, with those that do. */
export function dialectOf<Service extends CheckedService>(
  name: string,
  service: Service,
): ByService[Service] {
  const dialect = rowOf(name)?.[service];
  if (dialect !== undefined) return dialect;
  const there = dialectsOf(service).join(", ");
  throw new Error(`There is no dialect "${name}" of the service ${service}. There are: ${there}`);
}
