import { afterEach, describe, expect, it } from "vitest";
import { pino } from "pino";
import {
  createModelServer,
  libreTranslateError,
  openAiError,
  type ModelServer,
} from "../../models/http/model-server.ts";
import { fallbackName } from "../../models/mt/bergamot.ts";
import { addTranslation } from "../../models/mt/service.ts";
import { addSpeech } from "../../models/tts/service.ts";
import { voices } from "../../models/tts/voices.ts";
import { weightFiles } from "../../tools/models/weights.ts";

const log = pino({ level: "silent" });
const common = { queueLimit: 1, bodyLimit: 10_000, log };
let server: ModelServer | undefined;

afterEach(async () => {
  await server?.app.close();
});

/** An engine that shouts, behind the real routes. */
function translation(): ModelServer {
  server = createModelServer({
    ...common,
    service: "mt",
    model: "m",
    errorBody: libreTranslateError,
  });
  addTranslation(server, 20, () => ({ translate: (_, text) => text.toUpperCase() }));
  return server;
}

function speech(samples = new Float32Array([0.5, 0.5])): ModelServer {
  server = createModelServer({ ...common, service: "tts", model: "m", errorBody: openAiError });
  addSpeech(server, 20, () => ({ speak: () => Promise.resolve(samples) }));
  return server;
}

const said = { model: "kokoro-82m", input: "Olá.", voice: "pm_alex" };
const asked = { q: "hello", source: "en", target: "pt" };

async function post({ app }: ModelServer, url: string, payload: object) {
  const response = await app.inject({ method: "POST", url, payload });
  return { status: response.statusCode, body: response.json<Record<string, unknown>>() };
}

describe("translation", () => {
  it("answers a text with a text and a list with a list", async () => {
    const mt = translation();
    mt.setLoaded();
    expect(await post(mt, "/translate", asked)).toEqual({
      status: 200,
      body: { translatedText: "HELLO" },
    });
    const list = await post(mt, "/translate", { ...asked, q: ["a", "b"], target: "pt-BR" });
    expect(list.body).toEqual({ translatedText: ["A", "B"] });
  });

  it.each([
    [{ q: "" }, "empty_text", "q is empty"],
    [{ q: ["a", " "] }, "empty_text", "q[1] is empty"],
    [{ q: "a".repeat(21) }, "too_long", "q has 21 characters; at most 20 are translated"],
    [
      { source: "fr" },
      "unsupported_pair",
      'Unsupported: "fr" to "pt". There are en to pt, pt to en',
    ],
    [
      { source: "auto" },
      "unsupported_pair",
      'No language is detected here: name the source: "auto" to "pt". There are en to pt, pt to en',
    ],
    [{ format: "html" }, "unsupported_format", 'format is "html"; only "text" is supported'],
  ])("refuses %j", async (change, code, error) => {
    const mt = translation();
    mt.setLoaded();
    expect(await post(mt, "/translate", { ...asked, ...change })).toEqual({
      status: 400,
      body: { error, code },
    });
  });

  it.each([{ q: 5 }, { q: [] }, { source: 1 }])(
    "refuses a body that is none: %j",
    async (change) => {
      const mt = translation();
      mt.setLoaded();
      const { status, body } = await post(mt, "/translate", { ...asked, ...change });
      expect([status, typeof body["error"]]).toEqual([400, "string"]);
    },
  );

  it("refuses a body that is too large", async () => {
    const mt = translation();
    expect((await post(mt, "/translate", { ...asked, q: "a".repeat(10_001) })).status).toBe(413);
  });

  it("says that it loads until it has loaded", async () => {
    const mt = translation();
    expect((await mt.app.inject("/health")).statusCode).toBe(503);
    const early = await mt.app.inject({ method: "POST", url: "/translate", payload: asked });
    expect([early.statusCode, early.headers["retry-after"]]).toEqual([503, "2"]);
    mt.setLoaded();
    expect((await mt.app.inject("/health")).statusCode).toBe(200);
  });

  it("lists its languages and counts its requests", async () => {
    const mt = translation();
    mt.setLoaded();
    expect((await mt.app.inject("/languages")).json()).toEqual([
      { code: "en", name: "English", targets: ["pt"] },
      { code: "pt", name: "Portuguese", targets: ["en"] },
    ]);
    await post(mt, "/translate", asked);
    const metrics = (await mt.app.inject("/metrics")).body;
    expect(metrics).toContain('framewright_model_requests_total{status="200",service="mt"} 1');
    expect(metrics).toContain('framewright_model_characters_total{service="mt"} 5');
  });
});

describe("speech", () => {
  it("answers with a WAV file", async () => {
    const tts = speech();
    tts.setLoaded();
    const response = await tts.app.inject({
      method: "POST",
      url: "/v1/audio/speech",
      payload: said,
    });
    expect([response.statusCode, response.headers["content-type"]]).toEqual([200, "audio/wav"]);
    expect(response.rawPayload.length).toBe(48);
  });

  it.each([
    [{ model: "tts-1" }, 404, "model_not_found", 'There is no model "tts-1"; this is kokoro-82m'],
    [{ input: " " }, 400, "empty_text", "input is empty"],
    [
      { input: "a".repeat(21) },
      400,
      "too_long",
      "input has 21 characters; at most 20 are spoken at once",
    ],
    [
      { response_format: "mp3" },
      400,
      "unsupported_format",
      'response_format is "mp3"; only "wav" is supported',
    ],
    [{ speed: 3 }, 400, "unsupported_speed", "speed is 3; it must be from 0.5 to 2"],
  ])("refuses %j", async (change, status, code, message) => {
    const tts = speech();
    tts.setLoaded();
    expect(await post(tts, "/v1/audio/speech", { ...said, ...change })).toEqual({
      status,
      body: { error: { message, type: "invalid_request_error", code } },
    });
  });

  it("names the voices that there are", async () => {
    const tts = speech();
    tts.setLoaded();
    const { body } = await post(tts, "/v1/audio/speech", { ...said, voice: "x" });
    expect(JSON.stringify(body)).toContain('There is no voice \\"x\\". There are af_heart');
  });

  it("refuses a text without anything to say", async () => {
    const tts = speech(new Float32Array());
    tts.setLoaded();
    expect(await post(tts, "/v1/audio/speech", { ...said, input: "..." })).toMatchObject({
      status: 400,
      body: { error: { code: "nothing_to_say" } },
    });
  });
});

it("the weights have each voice that the service lists, and no other", () => {
  const files = weightFiles.filter(({ path }) => path.startsWith("voices/"));
  expect(files.map(({ path }) => path.slice(7, -4)).toSorted()).toEqual(
    voices.map(({ id }) => id).toSorted(),
  );
});

it("the engine's own matrix products are found by the names of those it imports", () => {
  expect(fallbackName("int8_prepare_b_from_quantized_transposed")).toBe(
    "int8PrepareBFromQuantizedTransposedFallback",
  );
});
