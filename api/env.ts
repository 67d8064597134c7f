import { Type, type Static, type TProperties, type TSchema } from "typebox";
import { Value } from "typebox/value";
import { clientKeyKind, isKey } from "@framewright/contracts/api-key.ts";
import { accels } from "@framewright/contracts/job.ts";
import { LogLevel } from "@framewright/contracts/log-level.ts";

const port = (description: string) => Type.String({ pattern: "^[0-9]{1,5}$", description });
const count = (description: string) =>
  Type.Optional(Type.String({ pattern: "^[0-9]{1,15}$", description }));
const url = (schemes: string, description: string) =>
  Type.String({ pattern: `^(${schemes})://[^\\s]+$`, description });
const secret = (description: string) => Type.String({ minLength: 16, description });
const databaseCa = () =>
  Type.Optional(
    Type.String({
      pattern: "^/",
      description: "PEM file of the authorities that sign Postgres' certificate; without it no TLS",
    }),
  );

/** The pod's environment of the API; every value is text. The component is typed by it. */
export const ApiEnv = Type.Object({
  PORT: port("Client API"),
  WORKER_PORT: port("Worker API"),
  METRICS_PORT: port("/metrics, /healthz and /readyz"),
  DATABASE_URL: url("postgres|postgresql", "Postgres, the primary"),
  DATABASE_CA_FILE: databaseCa(),
  AMQP_URL: url("amqp|amqps", "RabbitMQ"),
  REDIS_URL: url("redis|rediss", "Redis: rate limits and fan-out; may be away"),
  S3_ENDPOINT: url("http|https", "Object store as pods reach it"),
  S3_PUBLIC_ENDPOINT: url("http|https", "Object store as clients reach it; goes into upload URLs"),
  S3_BUCKET: Type.String({ pattern: "^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$" }),
  S3_REGION: Type.String({ minLength: 1 }),
  S3_ACCESS_KEY_ID: Type.Optional(
    Type.String({
      minLength: 1,
      description: "With its secret; without, the SDK finds credentials",
    }),
  ),
  S3_SECRET_ACCESS_KEY: Type.Optional(Type.String({ minLength: 1 })),
  PUBLIC_URL: url("http|https", "Base of playback URLs"),
  WORKER_ADMIN_SECRET: secret("Registers workers"),
  PLAYBACK_SECRET: secret("Signs playback URLs"),
  LOG_LEVEL: Type.Optional(LogLevel),
  LEASE_SECONDS: count("A silent worker loses its job after this. Default 30"),
  HEARTBEAT_SECONDS: count("How often workers report. Default 5"),
  UPLOAD_MAX_BYTES: count("Largest upload. Default 5 GiB, the most that one S3 PUT can carry"),
  UPLOAD_URL_SECONDS: count("Life of an upload URL. Default 3600"),
  PLAYBACK_TTL_SECONDS: count("Least life of a playback URL. Default 86400"),
  RATE_LIMIT_PER_MINUTE: count("Requests of one API key. Default 6000"),
  DATABASE_POOL_SIZE: count("Connections of one replica. Default 10"),
  TRUST_PROXY_HOPS: count("Proxies in front whose X-Forwarded-For is believed. Default 0"),
  DRAIN_SECONDS: count("Red readiness before the port closes. Default 5"),
  SHUTDOWN_SECONDS: count("Longest wait for open requests at shutdown. Default 20"),
  JOB_ACCEL: Type.Optional(
    Type.Enum(accels, {
      description: "For which encoders jobs wait while there is no worker at all. Default cpu",
    }),
  ),
});
export type ApiEnv = Static<typeof ApiEnv>;

/** The environment of the migration Job. */
export const MigrateEnv = Type.Object({
  DATABASE_URL: url("postgres|postgresql", "Postgres, the primary"),
  DATABASE_CA_FILE: databaseCa(),
  BOOTSTRAP_API_KEY: Type.Optional(
    Type.String({ description: "First key of project `default`; kept only as a hash" }),
  ),
  LOG_LEVEL: Type.Optional(LogLevel),
  DATABASE_WAIT_SECONDS: count("How long to wait for Postgres. Default 300"),
});
export type MigrateEnv = Static<typeof MigrateEnv>;

function problemsOf(schema: TSchema, values: unknown): string[] {
  return Value.Errors(schema, values).flatMap((error) =>
    error.keyword === "required"
      ? error.params.requiredProperties.map((name) => `${name} is missing`)
      : [`${error.instancePath.slice(1)} ${error.message}`],
  );
}

function throwAll(problems: readonly string[]): void {
  if (problems.length === 0) return;
  const lines = problems.map((problem) => `  ${problem}`).join("\n");
  const noun = problems.length === 1 ? "problem" : "problems";
  throw new Error(`${problems.length} ${noun} in the environment:\n${lines}`);
}

/** Only the variables of the schema, without the empty ones: in a pod spec, empty means not set. */
function pick(properties: TProperties, raw: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.keys(properties).flatMap((name) => {
      const value = raw[name];
      return value === undefined || value === "" ? [] : [[name, value]];
    }),
  );
}

function numbersOf(env: ApiEnv) {
  return {
    port: Number(env.PORT),
    workerPort: Number(env.WORKER_PORT),
    metricsPort: Number(env.METRICS_PORT),
    leaseSeconds: Number(env.LEASE_SECONDS ?? 30),
    heartbeatSeconds: Number(env.HEARTBEAT_SECONDS ?? 5),
    uploadMaxBytes: Number(env.UPLOAD_MAX_BYTES ?? 5 * 1024 ** 3),
    uploadUrlSeconds: Number(env.UPLOAD_URL_SECONDS ?? 3600),
    playbackTtlSeconds: Number(env.PLAYBACK_TTL_SECONDS ?? 86_400),
    rateLimitPerMinute: Number(env.RATE_LIMIT_PER_MINUTE ?? 6000),
    databasePoolSize: Number(env.DATABASE_POOL_SIZE ?? 10),
    trustProxyHops: Number(env.TRUST_PROXY_HOPS ?? 0),
    drainSeconds: Number(env.DRAIN_SECONDS ?? 5),
    shutdownSeconds: Number(env.SHUTDOWN_SECONDS ?? 20),
  };
}

/** Undefined: the SDK's own ways to find credentials, e.g. those that EKS hands to the pod. */
function keysOf({ S3_ACCESS_KEY_ID: accessKeyId, S3_SECRET_ACCESS_KEY: secretAccessKey }: ApiEnv) {
  return accessKeyId === undefined || secretAccessKey === undefined
    ? undefined
    : { accessKeyId, secretAccessKey };
}

/** Decodes the environment of the API; all problems in one error. */
export function decodeApiEnv(raw: NodeJS.ProcessEnv) {
  const values: unknown = pick(ApiEnv.properties, raw);
  throwAll(problemsOf(ApiEnv, values));
  const env = Value.Parse(ApiEnv, values);
  const numbers = numbersOf(env);
  throwAll([
    ...(numbers.leaseSeconds < 2 * numbers.heartbeatSeconds
      ? [`LEASE_SECONDS must be at least twice HEARTBEAT_SECONDS (${numbers.heartbeatSeconds})`]
      : []),
    ...((env.S3_ACCESS_KEY_ID === undefined) !== (env.S3_SECRET_ACCESS_KEY === undefined)
      ? ["S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY belong together: set both, or neither"]
      : []),
    ...(numbers.databasePoolSize < 2 ? ["DATABASE_POOL_SIZE must be at least 2"] : []),
  ]);
  return {
    ...numbers,
    database: { url: env.DATABASE_URL, caFile: env.DATABASE_CA_FILE },
    amqpUrl: env.AMQP_URL,
    redisUrl: env.REDIS_URL,
    s3: {
      endpoint: env.S3_ENDPOINT,
      publicEndpoint: env.S3_PUBLIC_ENDPOINT,
      bucket: env.S3_BUCKET,
      region: env.S3_REGION,
      keys: keysOf(env),
    },
    publicUrl: env.PUBLIC_URL.replace(/\/+$/, ""),
    workerAdminSecret: env.WORKER_ADMIN_SECRET,
    playbackSecret: env.PLAYBACK_SECRET,
    logLevel: env.LOG_LEVEL ?? "info",
    jobAccel: env.JOB_ACCEL ?? "cpu",
  };
}
export type ApiConfig = ReturnType<typeof decodeApiEnv>;

export function decodeMigrateEnv(raw: NodeJS.ProcessEnv) {
  const values: unknown = pick(MigrateEnv.properties, raw);
  throwAll(problemsOf(MigrateEnv, values));
  const env = Value.Parse(MigrateEnv, values);
  const key = env.BOOTSTRAP_API_KEY;
  if (key !== undefined && !isKey(clientKeyKind, key)) {
    throwAll([
      `BOOTSTRAP_API_KEY is no key: it needs the form and checksum that completeKey() of contracts/api-key.ts gives`,
    ]);
  }
  return {
    database: { url: env.DATABASE_URL, caFile: env.DATABASE_CA_FILE },
    bootstrapApiKey: key,
    logLevel: env.LOG_LEVEL ?? "info",
    databaseWaitSeconds: Number(env.DATABASE_WAIT_SECONDS ?? 300),
  };
}
export type MigrateConfig = ReturnType<typeof decodeMigrateEnv>;

export const readApiEnv = (): ApiConfig => decodeApiEnv(process.env);
export const readMigrateEnv = (): MigrateConfig => decodeMigrateEnv(process.env);
