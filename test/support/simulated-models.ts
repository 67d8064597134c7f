import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { wavHeader } from "../../worker/src/job/dub/wav.ts";

/** A line that is said in the source, in seconds of the sound that is heard. */
export interface SaidLine {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly translation: string;
}

export interface SimulatedModels {
  readonly url: string;
  /** Paths that were asked for, with the texts of those that speak. */
  readonly calls: string[];
  /** Status of the next answers, while there are any. */
  readonly failures: number[];
  /** What was asked to be spoken, and at which speed, in order. */
  readonly spoken: { readonly input: string; readonly speed: number }[];
  /** Texts that were asked to be translated, in order. */
  readonly translated: string[];
  /** The most requests for speech that were under way at once. */
  readonly mostAtOnce: () => number;
  /** Called before a line is answered, which waits for it. */
  onSpeak: (input: string) => Promise<void>;
  /** How long the voice takes for a line at its own pace, by the translation. */
  readonly pace: Map<string, number>;
  close: () => Promise<void>;
}

const rate = 16_000;

/** A voice: a tone, as long as the line takes, with silence around it. */
function tone(seconds: number): Buffer {
  const silence = Math.round(rate * 0.2);
  const sounding = Math.round(rate * seconds);
  const samples = Buffer.alloc(2 * (sounding + 2 * silence));
  for (let index = 0; index < sounding; index += 1) {
    const value = Math.round(9000 * Math.sin((2 * Math.PI * 300 * index) / rate));
    samples.writeInt16LE(value, 2 * (silence + index));
  }
  return Buffer.concat([wavHeader(rate, samples.length), samples]);
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function words({ start, end }: SaidLine, text: string) {
  const all = text.split(" ");
  const each = (end - start) / all.length;
  return all.map((word, index) => ({
    word: ` ${word}`,
    start: start + index * each,
    end: start + (index + 1) * each,
  }));
}

/** Hears these lines in whatever it is sent, in English or in the language that it is asked for. */
function heard(lines: readonly SaidLine[], form: string): object {
  const isDub = form.includes('name="language"') && form.includes("\r\n\r\npt\r\n");
  const said = lines.flatMap((line) => words(line, isDub ? line.translation : line.text));
  return { text: "", language: isDub ? "pt" : "english", words: said };
}

/** Services that hear, translate and speak what they are told to: OpenAI's shapes and LibreTranslate's, without a model. */
export async function startSimulatedModels(lines: readonly SaidLine[]): Promise<SimulatedModels> {
  const calls: string[] = [];
  const failures: number[] = [];
  const pace = new Map<string, number>();
  const spoken: { input: string; speed: number }[] = [];
  const translated: string[] = [];
  let speaking = 0;
  let most = 0;
  const speak = async (body: Buffer, response: ServerResponse): Promise<void> => {
    const { input, speed } = JSON.parse(body.toString("utf8")) as { input: string; speed: number };
    spoken.push({ input, speed });
    speaking += 1;
    most = Math.max(most, speaking);
    await models.onSpeak(input).finally(() => {
      speaking -= 1;
    });
    response.writeHead(200, { "content-type": "audio/wav" });
    response.end(tone((pace.get(input) ?? 1) / speed));
  };
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await bodyOf(request);
    const json = (value: object): void => {
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(value));
    };
    const failure = failures.shift();
    calls.push(request.url ?? "");
    if (failure !== undefined) response.writeHead(failure).end("no");
    else if (request.url === "/v1/audio/transcriptions")
      json(heard(lines, body.toString("latin1")));
    else if (request.url === "/v1/models") json({ data: [{ id: "model-1", object: "model" }] });
    else if (request.url === "/v1/audio/voices")
      json({
        voices: [
          { id: "anna", language: "en" },
          { id: "dora", language: "pt-br" },
        ],
      });
    else if (request.url === "/translate") {
      const { q } = JSON.parse(body.toString("utf8")) as { q: string[] };
      translated.push(...q);
      const translations = q.map((text) => lines.find((line) => line.text === text)?.translation);
      json({ translatedText: translations.map((text) => text ?? "?") });
    } else await speak(body, response);
  };
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const models: SimulatedModels = {
    ...{ url: `http://127.0.0.1:${port}`, calls, failures, pace, spoken, translated },
    mostAtOnce: () => most,
    onSpeak: () => Promise.resolve(),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return models;
}
