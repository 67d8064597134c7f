import { Type, type Static } from "typebox";
import { LogLevel } from "@framewright/contracts/log-level.ts";
import { decodeEnv, withDefault, type EnvOf, type RawEnv } from "@framewright/runtime/env.ts";

/** The environment of the services that run in Node. The component that deploys them is typed by it. */
export const ModelsEnv = Type.Object({
  SERVICE: Type.Enum(["mt", "tts"], { description: "Translation, or speech from text" }),
  HOST: withDefault(Type.String({ description: "The address that it listens on" }), "0.0.0.0"),
  PORT: withDefault(
    Type.Integer({ minimum: 0, maximum: 65_535, description: "Requests, /health and /metrics" }),
    8000,
  ),
  MODELS_DIR: Type.String({ description: "The folder of the weights, one folder for a service" }),
  ENGINES_DIR: Type.String({
    description: "The folder whose node_modules has the engines of models/engines/package.json",
  }),
  THREADS: withDefault(
    Type.Integer({ minimum: 1, maximum: 64, description: "Threads that one request uses" }),
    2,
  ),
  QUEUE_LIMIT: withDefault(
    Type.Integer({
      minimum: 0,
      maximum: 1000,
      description: "Requests that wait while another one is worked on; more are refused with 503",
    }),
    16,
  ),
  MAX_CHARACTERS: withDefault(
    Type.Integer({ minimum: 1, maximum: 100_000, description: "Of one text" }),
    5000,
  ),
  ESPEAK_PATH: withDefault(
    Type.String({ description: "The program that turns text into phonemes" }),
    "espeak-ng",
  ),
  LOG_LEVEL: withDefault(LogLevel, "info"),
});
export type ModelsEnv = Static<typeof ModelsEnv>;
export type ModelsConfig = EnvOf<typeof ModelsEnv>;

/** @throws EnvError with every problem at once */
export function readModelsEnv(raw: RawEnv = process.env): ModelsConfig {
  return decodeEnv(ModelsEnv, raw);
}
