// Simulated: small servers that answer as other projects document that theirs do. None of those ran here.
import { createServer, type IncomingMessage } from "node:http";
import { buffer } from "node:stream/consumers";
import type { AddressInfo } from "node:net";
import { wavFile } from "../../../models/tts/wav.ts";

interface Request {
  readonly path: string;
  readonly json: () => Record<string, unknown>;
  /** The parts of a form by their names, as bytes in latin1. */
  readonly form: () => ReadonlyMap<string, string>;
}
interface Reply {
  readonly status?: number;
  readonly body: unknown;
}
export type Simulated = (request: Request) => Reply | Promise<Reply>;

const sampleText = "Welcome to the show, today we talk about trains.";

function refused(status: number, message: string): Reply {
  return { status, body: { error: { message } } };
}
const missing = refused(404, "Not Found");

function words(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** What all servers of transcription do; `answer` is what differs. */
function transcription(
  request: Request,
  answer: (form: ReadonlyMap<string, string>) => Reply,
): Reply {
  const form = request.form();
  const file = form.get("file") ?? "";
  if (!file.startsWith("RIFF")) return refused(400, "Invalid or unsupported audio file.");
  if (/^\0*$/.test(file.slice(44))) return { body: { text: "", segments: [] } };
  return answer(form);
}

const segments = [{ id: 0, start: 0, end: 2.4, text: sampleText }];

function modelNamed(name: string, form: ReadonlyMap<string, string>): Reply | undefined {
  const asked = form.get("model") ?? "";
  return asked === name ? undefined : refused(404, `The model \`${asked}\` does not exist.`);
}

const models = (name: string): Reply => ({ body: { object: "list", data: [{ id: name }] } });

/** A tone, as long as the text. */
function spoken(text: string, rate: number, speed = 1): Buffer {
  const length = Math.round((text.length / 15 / speed) * rate);
  return wavFile(
    Float32Array.from({ length }, (_, index) => Math.sin(index / 20) / 2),
    rate,
  );
}

/** The last byte of the pictures, which no box follows, is another one. */
function moved(video: string, isMoved: boolean): Buffer {
  const bytes = Buffer.from(video, "latin1");
  if (isMoved) bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
  return bytes;
}

const portuguese: Readonly<Record<string, string>> = {
  [sampleText]: "Bem-vindo ao programa, hoje falamos sobre trens.",
  "There are 42 lines.": "Há 42 linhas.",
};

export const simulated = {
  /** vLLM: segments without words. */
  "vllm stt": (request) => {
    if (request.path === "/health") return { body: "" };
    if (request.path === "/v1/models") return models("openai/whisper-large-v3");
    return transcription(
      request,
      (form) =>
        modelNamed("openai/whisper-large-v3", form) ?? { body: { text: sampleText, segments } },
    );
  },
  /** speaches: `words` is null with some models. */
  "speaches stt": (request) => {
    if (request.path === "/health") return { body: { message: "OK" } };
    if (request.path === "/v1/models") return models("Systran/faster-whisper-base");
    return transcription(
      request,
      (form) =>
        modelNamed("Systran/faster-whisper-base", form) ?? {
          body: { text: sampleText, segments, words: null },
        },
    );
  },
  /** NVIDIA's ASR NIM: a language with its region, and no times. */
  "nim stt": (request) => {
    if (request.path === "/v1/health/ready") return { body: { status: "ready" } };
    if (request.path === "/v1/models") return models("parakeet");
    return transcription(request, (form) => {
      const language = form.get("language") ?? "";
      if (!/^[a-z]{2}-[A-Z]{2}$/.test(language))
        return refused(400, `language "${language}" is not BCP-47`);
      if (form.get("response_format") === "verbose_json") return refused(400, "response_format");
      return { body: { text: sampleText } };
    });
  },
  /** vLLM-Omni: one model, whose speed cannot be set. */
  "vllm tts": (request) => {
    if (request.path === "/health") return { body: "" };
    if (request.path === "/v1/models") return models("qwen3-tts");
    if (request.path === "/v1/audio/voices") return { body: { voices: ["vivian", "ryan"] } };
    const { input, voice } = request.json();
    if (input === "") return refused(400, "Input text cannot be empty");
    if (voice !== "vivian") return refused(400, `Invalid speaker '${words(voice)}'`);
    return { body: spoken(words(input), 24_000) };
  },
  "speaches tts": (request) => {
    if (request.path === "/health") return { body: { message: "OK" } };
    if (request.path === "/v1/models") return models("speaches-ai/Kokoro-82M-v1.0-ONNX");
    if (request.path === "/v1/audio/voices") return missing;
    const { input, voice, speed } = request.json();
    if (input === "") return { status: 422, body: { detail: "input is empty" } };
    if (voice !== "default") return { status: 422, body: { detail: "voice is not known" } };
    return { body: spoken(words(input), 24_000, Number(speed)) };
  },
  /** NVIDIA's TTS NIM: a form, at another path, at 22050 Hz. */
  "nim tts": (request) => {
    if (request.path === "/v1/health/ready") return { body: { status: "ready" } };
    if (request.path === "/v1/models") return models("magpie");
    if (request.path !== "/v1/audio/synthesize") return missing;
    const form = request.form();
    const [text, voice, language] = ["text", "voice", "language"].map((name) => form.get(name));
    if (text === "") return refused(400, "text is empty");
    if (voice !== "default") return refused(404, "no such voice");
    if (language !== "en-US") return refused(400, `language ${language ?? ""}`);
    return { body: spoken(text ?? "", 22_050) };
  },
  libretranslate: (request) => {
    if (request.path === "/health") return { body: { status: "ok" } };
    if (request.path !== "/translate") return missing;
    const { q, target } = request.json();
    if (target !== "pt")
      return { status: 400, body: { error: `${words(target)} is not supported` } };
    if (q === "") return { status: 400, body: { error: "Invalid request: missing q parameter" } };
    const translated = [q].flat().map((text) => portuguese[words(text)]);
    return { body: { translatedText: Array.isArray(q) ? translated : translated[0] } };
  },
  "openai-chat": (request) => {
    if (request.path === "/health") return { body: "" };
    if (request.path === "/v1/models") return models("qwen3-8b");
    const { messages, response_format: format } = request.json();
    if (!JSON.stringify(format).includes('"json_schema"')) return refused(400, "no schema");
    const user = (messages as { content: string }[]).at(-1)?.content ?? "{}";
    const { lines } = JSON.parse(user) as { lines: string[] };
    const content = JSON.stringify({ lines: lines.map((line) => portuguese[line] ?? line) });
    return { body: { choices: [{ message: { role: "assistant", content } }] } };
  },
  /** What contracts/lip-sync.ts asks of a service of yours: where a voice is heard, the pictures are others. */
  "own lip-sync": (request) => {
    if (request.path === "/health") return { body: "" };
    if (request.path === "/v1/models") return models("lips-1");
    if (request.path !== "/v1/lipsync") return missing;
    const form = request.form();
    const [video = "", audio = ""] = [form.get("video"), form.get("audio")];
    if (video.slice(4, 8) !== "ftyp") return refused(422, "the video is no MP4 file");
    if (!audio.startsWith("RIFF")) return refused(422, "the audio is no WAV file");
    return { body: moved(video, !/^\0*$/.test(audio.slice(44))) };
  },
} as const satisfies Record<string, Simulated>;

function formOf(body: string, type: string): ReadonlyMap<string, string> {
  const [, boundary = ""] = /boundary=(.+)$/.exec(type) ?? [];
  const parts = body.split(`--${boundary}`).slice(1, -1);
  return new Map(
    parts.map((part) => {
      const end = part.indexOf("\r\n\r\n");
      const [, name = ""] = /name="([^"]+)"/.exec(part.slice(0, end)) ?? [];
      return [name, part.slice(end + 4, -2)];
    }),
  );
}

function requestOf(message: IncomingMessage, body: Buffer): Request {
  const type = message.headers["content-type"] ?? "";
  return {
    path: message.url ?? "/",
    json: () => JSON.parse(body.toString("utf8")) as Record<string, unknown>,
    form: () => formOf(body.toString("latin1"), type),
  };
}

/** Starts one on a port of loopback. */
export async function startSimulated(
  answer: Simulated,
): Promise<{ url: string; stop: () => Promise<void> }> {
  const server = createServer((message, response) => {
    void (async () => {
      const { status = 200, body } = await answer(requestOf(message, await buffer(message)));
      if (Buffer.isBuffer(body))
        response.writeHead(status, { "content-type": "audio/wav" }).end(body);
      else
        response
          .writeHead(status, { "content-type": "application/json" })
          .end(typeof body === "string" ? body : JSON.stringify(body));
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
