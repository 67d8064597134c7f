import { Type, type Static } from "typebox";
import { Refusal } from "../http/refusal.ts";
import type { ModelServer } from "../http/model-server.ts";
import { sampleRate, type Speaker } from "./kokoro.ts";
import { voices, type Voice } from "./voices.ts";
import { wavFile } from "./wav.ts";

export const ttsModel = "kokoro-82m";

/** Beyond these the words are no longer understood. */
const speeds = { min: 0.5, max: 2 } as const;

const SpeechBody = Type.Object({
  model: Type.String(),
  input: Type.String(),
  voice: Type.String(),
  response_format: Type.Optional(Type.String()),
  speed: Type.Optional(Type.Number()),
});
type SpeechBody = Static<typeof SpeechBody>;

function voiceOf(id: string): Voice {
  const voice = voices.find((candidate) => candidate.id === id);
  if (voice !== undefined) return voice;
  const there = voices.map((candidate) => candidate.id).join(", ");
  throw new Refusal(400, "unknown_voice", `There is no voice "${id}". There are ${there}`);
}

/** Throws for the first thing that is wrong with a request. */
function checkSpeech(body: SpeechBody, maxCharacters: number): Voice {
  const { model, input, response_format: format = "wav", speed = 1 } = body;
  if (model !== ttsModel) {
    throw new Refusal(404, "model_not_found", `There is no model "${model}"; this is ${ttsModel}`);
  }
  if (input.trim() === "") throw new Refusal(400, "empty_text", "input is empty");
  if (input.length > maxCharacters) {
    const message = `input has ${input.length} characters; at most ${maxCharacters} are spoken at once`;
    throw new Refusal(400, "too_long", message);
  }
  if (format !== "wav") {
    const message = `response_format is "${format}"; only "wav" is supported`;
    throw new Refusal(400, "unsupported_format", message);
  }
  if (speed < speeds.min || speed > speeds.max) {
    const message = `speed is ${speed}; it must be from ${speeds.min} to ${speeds.max}`;
    throw new Refusal(400, "unsupported_speed", message);
  }
  return voiceOf(body.voice);
}

/** OpenAI's POST /v1/audio/speech, and the list of voices as other servers of it have. */
export function addSpeech(
  { app, inTurn, metrics }: ModelServer,
  maxCharacters: number,
  speaker: () => Speaker,
): void {
  app.get("/v1/audio/voices", () => ({
    voices: voices.map(({ id, language, gender }) => ({ id, language, gender })),
  }));
  app.post<{ Body: SpeechBody }>(
    "/v1/audio/speech",
    { schema: { body: SpeechBody } },
    async (request, reply) => {
      const { body } = request;
      const voice = checkSpeech(body, maxCharacters);
      const samples = await inTurn(request, () =>
        speaker().speak(body.input, voice, body.speed ?? 1),
      );
      if (samples === undefined) return undefined;
      if (samples.length === 0) {
        throw new Refusal(400, "nothing_to_say", "input has nothing that can be spoken");
      }
      metrics.characters.inc(body.input.length);
      metrics.audioSeconds.inc(samples.length / sampleRate);
      return reply.type("audio/wav").send(wavFile(samples, sampleRate));
    },
  );
}
