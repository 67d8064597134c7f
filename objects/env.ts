import { Type, type Static } from "typebox";
import { LogLevel } from "@framewright/contracts/log-level.ts";
import { decodeEnv, withDefault, type EnvOf, type RawEnv } from "@framewright/runtime/env.ts";

const account = "/var/run/secrets/kubernetes.io/serviceaccount";

const port = (description: string) => Type.Integer({ minimum: 0, maximum: 65_535, description });

/** Of each program here: how it reaches the Kubernetes API, and what it logs. */
const common = {
  KUBERNETES_URL: withDefault(
    Type.String({ pattern: "^https?://[^\\s]+$", description: "The Kubernetes API" }),
    "https://kubernetes.default.svc",
  ),
  TOKEN_FILE: withDefault(
    Type.String({ description: "The account's token; read for each scrape, since it changes" }),
    `${account}/token`,
  ),
  CA_FILE: withDefault(
    Type.String({ description: "PEM file of the authority that signs the API's certificate" }),
    `${account}/ca.crt`,
  ),
  LOG_LEVEL: withDefault(LogLevel, "info"),
};

/** The environment of the exporter. The component that deploys it is typed by it. */
export const ObjectsEnv = Type.Object({
  METRICS_PORT: port("/metrics and /healthz"),
  NAMESPACES: Type.String({
    pattern: "^[a-z0-9-]+(,[a-z0-9-]+)*$",
    description: "Namespaces whose objects are shown, with commas between them",
  }),
  ...common,
});
export type ObjectsEnv = Static<typeof ObjectsEnv>;
export type ObjectsConfig = EnvOf<typeof ObjectsEnv>;

/** @throws EnvError with every problem at once */
export function readObjectsEnv(raw: RawEnv = process.env): ObjectsConfig {
  return decodeEnv(ObjectsEnv, raw);
}

/** The environment of the program that keeps deletion costs. */
export const CostsEnv = Type.Object({
  HEALTH_PORT: port("/healthz"),
  NAMESPACE: Type.String({
    pattern: "^[a-z0-9-]+$",
    description: "Namespace of the workers' pods",
  }),
  BUSY_WORKERS_URL: Type.String({
    pattern: "^https?://[^\\s]+$",
    description: "Where the API says which workers have jobs",
  }),
  PERIOD_SECONDS: withDefault(
    Type.Integer({ minimum: 1, maximum: 60, description: "Seconds between two looks" }),
    2,
  ),
  ...common,
});
export type CostsEnv = Static<typeof CostsEnv>;
export type CostsConfig = EnvOf<typeof CostsEnv>;

/** @throws EnvError with every problem at once */
export function readCostsEnv(raw: RawEnv = process.env): CostsConfig {
  return decodeEnv(CostsEnv, raw);
}
