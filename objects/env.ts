import { Type, type Static } from "typebox";
import { LogLevel } from "@framewright/contracts/log-level.ts";
import { decodeEnv, withDefault, type EnvOf, type RawEnv } from "@framewright/runtime/env.ts";

const account = "/var/run/secrets/kubernetes.io/serviceaccount";

/** The pod's environment. The component that deploys it is typed by it. */
export const ObjectsEnv = Type.Object({
  METRICS_PORT: Type.Integer({ minimum: 0, maximum: 65_535, description: "/metrics and /healthz" }),
  NAMESPACES: Type.String({
    pattern: "^[a-z0-9-]+(,[a-z0-9-]+)*$",
    description: "Namespaces whose objects are shown, with commas between them",
  }),
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
});
export type ObjectsEnv = Static<typeof ObjectsEnv>;
export type ObjectsConfig = EnvOf<typeof ObjectsEnv>;

/** @throws EnvError with every problem at once */
export function readObjectsEnv(raw: RawEnv = process.env): ObjectsConfig {
  return decodeEnv(ObjectsEnv, raw);
}
