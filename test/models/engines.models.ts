import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkModel } from "../../tools/models/check/run-check.ts";
import { followGlossary } from "../../worker/src/job/dub/follow-glossary.ts";
import { wavFacts } from "../../tools/models/check/wav-facts.ts";
import { wordErrorRate } from "../../tools/models/check/word-errors.ts";
import { serveModels, type RunningModel, type RunningModels } from "../../tools/models/serve.ts";
import type { ModelService } from "../../tools/models/weights.ts";
import { costSince } from "./cost-of.ts";

let models: RunningModels;

beforeAll(async () => {
  models = await serveModels(["stt", "mt", "tts"]);
});
afterAll(async () => {
  await models.stop();
});

async function cpuOf<T>(model: RunningModel, work: () => Promise<T>): Promise<[T, number]> {
  const cost = costSince(model.pid);
  const result = await work();
  return [result, cost().cpuSeconds];
}

async function speak(input: string, voice: string, speed = 1): Promise<Buffer> {
  const response = await fetch(`${models.tts.url}/v1/audio/speech`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ model: "kokoro-82m", input, voice, speed, response_format: "wav" }),
  });
  expect(response.status).toBe(200);
  return Buffer.from(await response.arrayBuffer());
}

interface Heard {
  readonly text: string;
  readonly language: string;
  readonly words: readonly {
    readonly word: string;
    readonly start: number;
    readonly end: number;
  }[];
}

async function transcribe(file: Buffer): Promise<Heard> {
  const form = new FormData();
  form.append("file", new Blob([new Uint8Array(file)]), "said.wav");
  form.append("model", "whisper-base");
  form.append("response_format", "verbose_json");
  form.append("timestamp_granularities[]", "word");
  const response = await fetch(`${models.stt.url}/v1/audio/transcriptions`, {
    method: "POST",
    body: form,
  });
  expect(response.status).toBe(200);
  return (await response.json()) as Heard;
}

const talks = {
  en: {
    voice: "af_heart",
    text: "It was the best of times, it was the worst of times. We had everything before us, we had nothing before us. In short, the period was so far like the present period.",
  },
  pt: {
    voice: "pm_alex",
    text: "Foi o melhor dos tempos, foi o pior dos tempos. Tínhamos tudo diante de nós, não tínhamos nada diante de nós. Em suma, aquela época era muito parecida com a atual.",
  },
} as const;

describe("What was said is heard again", () => {
  it.each(["en", "pt"] as const)("in %s", async (language) => {
    const { voice, text } = talks[language];
    const [file, spoke] = await cpuOf(models.tts, () => speak(text, voice));
    const seconds = wavFacts(file)?.seconds ?? 0;
    const [heard, listened] = await cpuOf(models.stt, () => transcribe(file));
    const rate = wordErrorRate(text, heard.text);
    console.log(
      `${language}: ${seconds.toFixed(1)} s of speech, WER ${rate.toFixed(3)}; CPU seconds per second: ` +
        `tts ${(spoke / seconds).toFixed(2)}, stt ${(listened / seconds).toFixed(2)}`,
    );
    expect(heard.language).toBe(language);
    expect(rate).toBeLessThanOrEqual(0.12);
    const starts = heard.words.map(({ start }) => start);
    expect(starts).toEqual(starts.toSorted((a, b) => a - b));
    expect(heard.words.at(-1)?.end).toBeLessThanOrEqual(seconds + 0.2);
  });
});

it("faster speech is shorter, and no word of it is lost", async () => {
  const { voice, text } = talks.pt;
  const [natural, fast] = [await speak(text, voice), await speak(text, voice, 1.25)];
  const factor = (wavFacts(natural)?.seconds ?? 0) / (wavFacts(fast)?.seconds ?? 1);
  console.log(`speed 1.25 is ${factor.toFixed(2)} times as fast`);
  expect(factor).toBeGreaterThan(1.1);
  expect(wordErrorRate(text, (await transcribe(fast)).text)).toBeLessThanOrEqual(0.15);
});

it("a text longer than the model takes at once is spoken whole", async () => {
  // Sentences that differ: Whisper writes down fewer of the same ones than were said.
  const text =
    "The train leaves the station at nine in the morning. A woman with a green bag sits by the window and reads. " +
    "Outside, the fields are still white from the cold night. Two children count the bridges on the way to the sea. " +
    "Their father sleeps, with his hat over his eyes. At the third stop, a man brings coffee and warm bread. " +
    "Nobody speaks of the storm that is coming from the west. The driver has seen many storms in thirty years. " +
    "He knows each signal, each tunnel, and each tree along the line. By noon, the harbour lies in front of them. " +
    "The boats are tied to the pier, and the gulls are quiet. In the evening, they all walk home in the rain.";
  const heard = await transcribe(await speak(text, "am_michael"));
  expect(wordErrorRate(text, heard.text)).toBeLessThanOrEqual(0.1);
});

it("sentences are translated, there and back", async () => {
  const translate = async (q: string, source: string, target: string): Promise<string> => {
    const response = await fetch(`${models.mt.url}/translate`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ q, source, target, format: "text" }),
    });
    return ((await response.json()) as { translatedText: string }).translatedText;
  };
  const texts = [
    "Good morning, and welcome to the show.",
    "The train arrives at the station tomorrow.",
    "She bought three books and a bicycle.",
  ];
  const [there, spent] = await cpuOf(models.mt, async () => {
    const all: string[] = [];
    for (const text of texts) all.push(await translate(text, "en", "pt"));
    return all;
  });
  console.log(
    `mt: ${Math.round((spent / texts.length) * 1000)} ms of CPU a sentence; ${there.join(" | ")}`,
  );
  expect(there[0]).toMatch(/bom dia/i);
  expect(there[1]).toMatch(/trem|comboio/i);
  expect(there[2]).toMatch(/três livros.*bicicleta/i);
  const back = await translate(there[2] ?? "", "pt", "en");
  expect(back).toMatch(/three books.*bicycle/i);
});

it("a glossary is followed, and the rest of a sentence agrees with its words", async () => {
  const terms = [
    { term: "Framewright" },
    { term: "render farm", translation: "quinta de imagens" },
    { term: "slice", translation: "fatia" },
  ];
  const translate = async (q: readonly string[]): Promise<string[]> => {
    const response = await fetch(`${models.mt.url}/translate`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ q, source: "en", target: "pt", format: "text" }),
    });
    return ((await response.json()) as { translatedText: string[] }).translatedText;
  };
  const texts = [
    "Welcome to Framewright, the show about trains.",
    "The render farm was closed in spring.",
    "Each slice of the render farm costs less than a euro.",
    "Good morning.",
  ];
  const { translations, unsaid } = await followGlossary(texts, terms, translate);
  console.log(translations.join("\n"));
  expect(unsaid).toEqual([]);
  expect(translations[1]).toMatch(/quinta de imagens foi fechada/i);
});

it.each(["stt", "mt", "tts"] as const)(
  "%s passes the check that images of users pass",
  async (service) => {
    const report = await checkModel({
      ...{ url: models[service].url, service, dialect: "own" },
      ...{ model: service === "stt" ? "whisper-base" : "kokoro-82m", voice: "af_heart" },
      ...{ language: "en", source: "en", target: "pt" },
      sample: {
        file: readFileSync("tools/models/check/sample-en.wav"),
        text: "Welcome to the show, today we talk about trains.",
      },
    });
    expect(report.outcomes.filter(({ status }) => status === "failed")).toEqual([]);
  },
);

it("a service that was killed answers again once it is started", async () => {
  await models.mt.kill();
  await expect(fetch(`${models.mt.url}/health`)).rejects.toThrow();
  await models.mt.start();
  expect((await fetch(`${models.mt.url}/health`)).status).toBe(200);
});

it("a service works on one request at a time, and refuses those that its queue has no room for", async () => {
  const { text, voice } = talks.en;
  const body = JSON.stringify({ model: "kokoro-82m", input: text, voice });
  const headers = { "content-type": "application/json" };
  const stop = new AbortController();
  const { promise: twoAnswered, resolve } = Promise.withResolvers<readonly number[]>();
  const answered: number[] = [];
  const { signal } = stop;
  const ask = async (): Promise<void> => {
    const asked = { method: "POST", headers, body, signal };
    const response = await fetch(`${models.tts.url}/v1/audio/speech`, asked);
    answered.push(response.status);
    if (answered.length === 2) resolve(answered);
  };
  // One is worked on and 16 wait: the first two answers are those of the others.
  const all = Promise.allSettled(Array.from({ length: 19 }, ask));
  expect(await twoAnswered).toEqual([503, 503]);
  stop.abort();
  await all;
});

it("memory is what the figures of the pods say", () => {
  const limitMiB: Record<ModelService, number> = { stt: 1000, mt: 700, tts: 1200 };
  for (const service of ["stt", "mt", "tts"] as const) {
    const used = costSince(models[service].pid)().mostMiB;
    console.log(`${service}: ${used} MiB at most, on ${availableParallelism()} cores`);
    expect(used).toBeLessThan(limitMiB[service]);
  }
});
