import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Asked } from "../../../tools/models/check/checks.ts";
import { dialectOf, dialectsOf } from "../../../tools/models/check/dialects.ts";
import { readable, type Report } from "../../../tools/models/check/report.ts";
import { checkModel, chosenVoice } from "../../../tools/models/check/run-check.ts";
import { mp4Facts } from "../../../tools/models/check/mp4-facts.ts";
import { lengthened, silence, wavFacts } from "../../../tools/models/check/wav-facts.ts";
import { wordErrorRate } from "../../../tools/models/check/word-errors.ts";
import { simulated, startSimulated, type Simulated } from "./simulated-models.ts";

const sample = {
  file: readFileSync(join(import.meta.dirname, "../../../tools/models/check/sample-en.wav")),
  text: "Welcome to the show, today we talk about trains.",
};

async function check(server: Simulated, asked: Partial<Asked>): Promise<Report> {
  const { url, stop } = await startSimulated(server);
  const base = { service: "mt", dialect: "own", model: "m", voice: "default" } as const;
  const languages = { language: "en", source: "en", target: "pt" };
  try {
    return await checkModel({ url, sample, ...base, ...languages, ...asked });
  } finally {
    await stop();
  }
}

function named(report: Report, status: string): string[] {
  return report.outcomes.filter((outcome) => outcome.status === status).map(({ name }) => name);
}

describe("A service that answers as its project documents can be used, with the gaps that are known (simulated)", () => {
  it.each([
    ["vllm stt", { service: "stt", dialect: "vllm", model: "openai/whisper-large-v3" }, ["words"]],
    [
      "speaches stt",
      { service: "stt", dialect: "speaches", model: "Systran/faster-whisper-base" },
      ["words"],
    ],
    ["nim stt", { service: "stt", dialect: "nim" }, ["segments", "words", "model"]],
    ["vllm tts", { service: "tts", dialect: "vllm", voice: "vivian" }, ["speed"]],
    ["speaches tts", { service: "tts", dialect: "speaches" }, ["voices"]],
    ["nim tts", { service: "tts", dialect: "nim" }, ["voices", "speed"]],
    ["libretranslate", { service: "mt", dialect: "libretranslate" }, ["models"]],
    ["openai-chat", { service: "mt", dialect: "openai-chat" }, ["pair", "empty"]],
    ["own lip-sync", { service: "lip-sync" }, []],
  ] as const)("%s", async (name, asked, gaps) => {
    const report = await check(simulated[name], asked);
    expect(named(report, "failed")).toEqual([]);
    expect(named(report, "gap")).toEqual(gaps);
    expect(report.conforms).toBe(true);
  });
});

describe("A service that does not do what it is asked is found out", () => {
  const mt = { service: "mt", dialect: "libretranslate" } as const;

  it("with an error for everything", async () => {
    const report = await check(() => ({ status: 500, body: { error: "out of memory" } }), mt);
    expect(named(report, "failed")).toEqual(["health", "text", "list", "pair"]);
    expect(readable(report)).toContain('500 {"error":"out of memory"}');
    expect(report.conforms).toBe(false);
  });

  it("with texts that are not translated, or are lost", async () => {
    const echo: Simulated = (request) =>
      request.path === "/translate"
        ? { body: { translatedText: [request.json()["q"]].flat()[0] } }
        : { body: "" };
    expect(named(await check(echo, mt), "failed")).toEqual(["text", "list", "pair"]);
  });

  it("with words that nobody said", async () => {
    const wrong: Simulated = (request) => {
      const reply = simulated["vllm stt"](request);
      return JSON.stringify(reply.body).includes("trains")
        ? { body: { text: "Thanks for watching!", segments: [] } }
        : reply;
    };
    const asked = { service: "stt", dialect: "own", model: "openai/whisper-large-v3" } as const;
    const report = await check(wrong, asked);
    expect(named(report, "failed")).toEqual(["transcript", "segments", "words"]);
  });

  it("with something else than a WAV file", async () => {
    const mp3: Simulated = (request) =>
      request.path === "/v1/audio/speech" ? { body: "ID3" } : simulated["vllm tts"](request);
    const report = await check(mp3, { service: "tts", dialect: "vllm", voice: "vivian" });
    expect(named(report, "failed")).toEqual(["speech", "empty", "voice"]);
  });

  const lipSync = { service: "lip-sync" } as const;
  const film = readFileSync(
    join(import.meta.dirname, "../../../tools/models/check/sample-face.mp4"),
  );

  it("with pictures that are fewer, or that cannot be joined", async () => {
    const changed =
      (box: string, at: number): Simulated =>
      (request) => {
        const reply: { body: unknown } = simulated["own lip-sync"](request);
        if (request.path !== "/v1/lipsync" || !Buffer.isBuffer(reply.body)) return reply;
        const isSilent = /^\0*$/.test((request.form().get("audio") ?? "").slice(44));
        if (isSilent) reply.body.writeUInt8(1, reply.body.indexOf(box) + at);
        return reply;
      };
    // The count of samples is 12 bytes behind the name of its box, the profile 5 behind that of its.
    const fewer = await check(changed("stsz", 15), lipSync);
    expect(named(fewer, "failed")).toEqual(["silence"]);
    expect(named(await check(changed("avcC", 5), lipSync), "failed")).toEqual(["join"]);
  });

  it("with lips that do not move, which our drawing may be the reason of", async () => {
    const still: Simulated = (request) =>
      request.path === "/v1/lipsync" && request.form().get("audio")?.startsWith("RIFF") === true
        ? { body: film }
        : simulated["own lip-sync"](request);
    const report = await check(still, lipSync);
    expect([named(report, "failed"), named(report, "gap")]).toEqual([["no video"], ["lips"]]);
  });

  it("without a server", async () => {
    const { url, stop } = await startSimulated(simulated.libretranslate);
    await stop();
    const report = await check(simulated.libretranslate, { ...mt, url });
    expect(named(report, "failed")).toHaveLength(report.outcomes.length);
    expect(report.outcomes[0]?.came).toMatch(/^GET http:\S+\/health has no answer: .*ECONNREFUSED/);
  });
});

it("the report says for each check what was asked, what came and how long it took", async () => {
  const text = readable(await check(simulated.libretranslate, { dialect: "libretranslate" }));
  expect(text).toMatch(/^mt at http:\S+, dialect libretranslate\n/);
  expect(text).toMatch(/passed {2}text +\d+ ms {3}"Welcome to the show.*" to pt\n +"Bem-vindo/);
  expect(text).toMatch(/gap {5}models .*\n +404 .*: it has no such list/);
  expect(text.split("\n").at(-1)).toBe("5 passed, 1 known gap, 0 failed: it can be used.");
});

describe("An MP4 file", () => {
  const film = readFileSync(
    join(import.meta.dirname, "../../../tools/models/check/sample-face.mp4"),
  );

  it("is read without a program for media", () => {
    const { decoder, bytes, ...facts } = mp4Facts(film) ?? { decoder: "", bytes: 0 };
    expect(facts).toEqual({ codec: "avc1", width: 256, height: 256, frames: 75, seconds: 3 });
    expect([decoder.length > 20, bytes > 1000, bytes < film.length]).toEqual([true, true, true]);
  });

  it.each([
    ["of something else", Buffer.from("This is no video.")],
    ["that ends early", film.subarray(0, 300)],
    ["without an index", film.subarray(0, 32)],
  ])("%s is none", (_what, file) => {
    expect(mp4Facts(file)).toBeUndefined();
  });

  it("goes with a voice of its length, cut or with silence behind it", () => {
    for (const seconds of [1, 3]) {
      expect(wavFacts(lengthened(sample.file, seconds))).toMatchObject({ seconds, rate: 16_000 });
    }
  });
});

describe("Names", () => {
  it("of dialects are those that have the service", () => {
    expect(dialectsOf("lip-sync")).toEqual(["own"]);
    expect(dialectsOf("mt")).toEqual(["own", "libretranslate", "openai-chat"]);
    expect(() => dialectOf("nim", "mt")).toThrow(
      'There is no dialect "nim" of the service mt. There are: own, libretranslate, openai-chat',
    );
  });

  it.each([
    [["a", "b"], "en", "a"],
    [
      [
        { id: "x", language: "pt-BR" },
        { id: "y", language: "en-US" },
      ],
      "en",
      "y",
    ],
    [[{ name: "z" }], "en", "z"],
    [[], "en", undefined],
  ])("of voices are found in %j", (rows, language, expected) => {
    expect(chosenVoice(rows, language)).toBe(expected);
  });
});

describe("Word error rate", () => {
  it.each([
    ["Hello, world!", "hello world", 0],
    ["one two three four", "one three four", 0.25],
    ["one two", "one two three", 0.5],
    ["one two", "", 1],
    ["", "", 0],
  ])("of %j heard as %j", (said, heard, rate) => {
    expect(wordErrorRate(said, heard)).toBe(rate);
  });
});

it("a WAV file is read up to what is there of it", () => {
  const whole = silence(2);
  expect(wavFacts(whole)).toEqual({ rate: 16_000, channels: 1, bits: 16, seconds: 2, start: 44 });
  const streamed = Buffer.from(whole);
  streamed.writeUInt32LE(0xff_ff_ff_ff, 40);
  expect(wavFacts(streamed)?.seconds).toBe(2);
  expect(wavFacts(Buffer.from("ID3"))).toBeUndefined();
});
