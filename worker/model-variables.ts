import { Type } from "typebox";
import { withDefault, type EnvOf, type RawEnv } from "@framewright/runtime/env.ts";

const modelUrl = (what: string) =>
  Type.Optional(
    Type.String({
      pattern: "^https?://[^\\s]+$",
      description: `Base address of the service of ${what}`,
    }),
  );

const atOnce = (description: string) => withDefault(Type.Integer({ minimum: 1, description }), 2);

/** Where a worker finds what dubs are made with. */
export const modelVariables = {
  STT_URL: modelUrl("speech recognition, which speaks OpenAI's /v1/audio/transcriptions"),
  MT_URL: modelUrl("translation, which speaks LibreTranslate's /translate"),
  TTS_URL: modelUrl("speech, which speaks OpenAI's /v1/audio/speech"),
  LIP_SYNC_URL: modelUrl("lip synchronisation, which speaks POST /v1/lipsync; dubs do without"),
  LIP_SYNC_AT_ONCE: atOnce(
    "Pieces of a film whose lips are moved at once: as many as that service works on at a time, and one more",
  ),
  DUB_LINES_AT_ONCE: atOnce(
    "Lines of a dub that are spoken at once: as many as the speech service works on at a time, and one more",
  ),
};

const ModelEnv = Type.Object(modelVariables);

/** Where the services are that hear, translate and speak, and the one that moves lips where there is one. */
export interface ModelAddresses {
  readonly stt: string;
  readonly mt: string;
  readonly tts: string;
  readonly lipSync?: string | undefined;
}

const needed = ["STT_URL", "MT_URL", "TTS_URL"] as const;

export function modelProblems(source: RawEnv): string[] {
  const missing = needed.filter((name) => (source[name] ?? "") === "");
  if (missing.length === 0 || missing.length === needed.length) return [];
  return [`a dub needs ${needed.join(", ")}; ${missing.join(", ")} is missing`];
}

export function modelsOf({
  sttUrl: stt,
  mtUrl: mt,
  ttsUrl: tts,
  lipSyncUrl: lipSync,
}: Pick<EnvOf<typeof ModelEnv>, "sttUrl" | "mtUrl" | "ttsUrl" | "lipSyncUrl">):
  | ModelAddresses
  | undefined {
  if (stt === undefined || mt === undefined || tts === undefined) return undefined;
  return { stt, mt, tts, lipSync };
}
