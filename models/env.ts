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

/** The environment of what stands before the pods of a service. */
export const QueueEnv = Type.Object({
  SERVICE: Type.String({ description: "Its name in logs and figures" }),
  PODS_HOST: Type.String({
    description:
      "A name that resolves to the addresses of the pods that are ready, and of no others",
  }),
  PODS_PORT: Type.Integer({ minimum: 1, maximum: 65_535, description: "Of the pods" }),
  PORT: withDefault(
    Type.Integer({ minimum: 0, maximum: 65_535, description: "Requests for the service" }),
    8000,
  ),
  OPS_PORT: withDefault(
    Type.Integer({ minimum: 0, maximum: 65_535, description: "/healthz, /scaling and /metrics" }),
    9090,
  ),
  REQUESTS_PER_POD: withDefault(
    Type.Integer({ minimum: 1, maximum: 1000, description: "That a pod works on at a time" }),
    1,
  ),
  WAITING_LIMIT: withDefault(
    Type.Integer({
      minimum: 1,
      maximum: 100_000,
      description: "Requests that wait; more are refused with 503",
    }),
    1000,
  ),
  LOG_LEVEL: withDefault(LogLevel, "info"),
});
export type QueueEnv = Static<typeof QueueEnv>;
export type QueueConfig = EnvOf<typeof QueueEnv>;

/** @throws EnvError with every problem at once */
export function decodeQueueEnv(raw: RawEnv): QueueConfig {
  return decodeEnv(QueueEnv, raw);
}

export function readQueueEnv(): QueueConfig {
  return decodeQueueEnv(process.env);
}
