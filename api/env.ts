import { Type, type Static, type TObject } from "typebox";
import { clientKeyKind, isKey } from "@framewright/contracts/api-key.ts";
import { accels } from "@framewright/contracts/job.ts";
import { defaultJobLimits as limits } from "@framewright/contracts/job-limits.ts";
import {
  decodeEnv,
  EnvError,
  hidden,
  hiddenValues,
  refuse,
  withDefault,
  type RawEnv,
} from "@framewright/runtime/env.ts";
import {
  urlInputProblems,
  urlInputsOf,
  urlInputVariables,
} from "@framewright/runtime/url-inputs.ts";
import {
  tracingOf,
  tracingProblems,
  tracingVariables,
} from "@framewright/runtime/tracing/settings.ts";
import {
  accepted,
  brokerAndCache,
  count,
  database,
  jobClassesIn,
  jobClassList,
  logLevel,
  offOrOn,
  ownerDatabase,
  port,
  proxies,
  s3Of,
  secret,
  url,
  writeOnce,
} from "./env-leaves.ts";
import { egressOf, egressProblems, egressVariables } from "./egress/settings.ts";
import { oidcOf, oidcProblems, oidcVariables } from "./oidc/settings.ts";
import {
  decodeInputBuckets,
  decodeLogins,
  decodePrices,
  decodeProfiles,
} from "./stack-documents.ts";
import {
  senderVariables,
  webhookProblems,
  webhooksOf,
  webhookVariables,
} from "./webhooks/settings.ts";

/** The pod's environment of the API. The component that deploys it is typed by it. */
export const ApiEnv = Type.Object({
  PORT: port("Client API"),
  WORKER_PORT: port("Worker API"),
  METRICS_PORT: port("/metrics, /healthz and /readyz"),
  ...database,
  ...brokerAndCache,
  S3_ENDPOINT: url("http|https", "Object store as pods reach it"),
  S3_PUBLIC_ENDPOINT: url("http|https", "Object store as clients reach it; goes into upload URLs"),
  S3_BUCKET: Type.String({ pattern: "^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$" }),
  S3_REGION: Type.String({ minLength: 1 }),
  S3_WRITE_ONCE: writeOnce,
  S3_ACCESS_KEY_ID: Type.Optional(
    Type.String({
      minLength: 1,
      description: "With its secret; without both, the SDK finds credentials",
    }),
  ),
  S3_SECRET_ACCESS_KEY: hidden(Type.Optional(Type.String({ minLength: 1 }))),
  PUBLIC_URL: url("http|https", "Base of playback URLs"),
  WORKER_ADMIN_SECRET: secret("Registers workers"),
  WORKER_ADMIN_SECRET_PREVIOUS: accepted("The former one, which registers workers as well"),
  WORKER_ADMIN_SECRET_NEXT: accepted("The coming one, which registers workers as well"),
  MIN_WORKER_VERSION: Type.Optional(
    Type.String({
      pattern: "^[0-9]+\\.[0-9]+\\.[0-9]+$",
      description: "Workers of an earlier version are refused; without it none are",
    }),
  ),
  PLAYBACK_SECRET: secret("Signs playback URLs"),
  PLAYBACK_SECRET_PREVIOUS: accepted("The former one; URLs that it signed are good as well"),
  PLAYBACK_SECRET_NEXT: accepted("The coming one; URLs that it signed are good as well"),
  LOG_LEVEL: logLevel,
  LEASE_SECONDS: count(30, "A worker loses its job when it is silent for this long", 1),
  HEARTBEAT_SECONDS: count(5, "How often workers report", 1),
  UPLOAD_MAX_BYTES: count(
    limits.maxUploadBytes,
    "Largest upload; above 5 GiB, which one PUT of S3 carries, files come in parts",
  ),
  MAX_SOURCE_SECONDS: count(
    limits.maxSourceSeconds,
    "Longest source of a job; workers keep this limit and those of encodes",
    1,
  ),
  ENCODE_FREE_SECONDS: count(limits.encode.freeSeconds, "An encode may take so long in any case"),
  ENCODE_SECONDS_PER_MEGABYTE: count(
    limits.encode.secondsPerMegabyte,
    "And so much longer for each million bytes of the source",
  ),
  ENCODE_MAX_SECONDS_720P: count(limits.encode.maxSeconds["720p"], "Longest encode of 720p", 1),
  ENCODE_MAX_SECONDS_1080P: count(limits.encode.maxSeconds["1080p"], "Longest encode of 1080p", 1),
  ENCODE_MAX_SECONDS_2160P: count(limits.encode.maxSeconds["2160p"], "Longest encode of 2160p", 1),
  ATTEMPT_RETENTION_DAYS: count(
    7,
    "Days until the files of an attempt that published nothing are deleted; 0 keeps them",
  ),
  UPLOAD_RETENTION_DAYS: count(
    90,
    "Days without a job after which an upload is deleted; 0 keeps uploads",
  ),
  UNFINISHED_UPLOAD_DAYS: count(
    7,
    "Days after which an upload in parts that nobody completed is deleted; 0 keeps them",
  ),
  JOB_RETENTION_DAYS: count(
    0,
    "Days after a job's end until it is deleted with its result; 0 keeps jobs",
  ),
  EVENT_RETENTION_DAYS: count(
    30,
    "Days after a job's end until its events are deleted; 0 keeps them",
  ),
  AUDIT_RETENTION_DAYS: count(
    365,
    "Days until entries of the audit log, and revoked keys, are deleted; 0 keeps them",
  ),
  WEBHOOK_RETENTION_DAYS: count(
    30,
    "Days until a webhook delivery is deleted with its log; 0 keeps them",
  ),
  UPLOAD_URL_SECONDS: count(3600, "How long an upload URL is valid"),
  TUS_WRITERS: count(
    8,
    "Requests with bytes of uploads by tus that one replica takes at once; each holds 5 to 8 MiB",
    1,
  ),
  PLAYBACK_TTL_SECONDS: count(86_400, "How long a playback URL is valid, at least"),
  RATE_LIMIT_PER_MINUTE: count(6000, "Requests of one API key"),
  EVENT_STREAMS: count(1000, "Open event streams of one replica", 1),
  EVENT_STREAMS_PER_KEY: count(100, "Open event streams of one API key on one replica", 1),
  DATABASE_POOL_SIZE: count(10, "Connections of one replica", 2),
  DRAIN_SECONDS: count(5, "From the moment that readiness turns red until the port closes"),
  SHUTDOWN_SECONDS: count(20, "Longest wait for open requests at shutdown"),
  PROFILES: Type.Optional(
    Type.String({ description: "Profiles beside the built-in ones, as a list in JSON" }),
  ),
  INPUT_BUCKETS: hidden(
    Type.Optional(
      Type.String({ description: "Buckets from which jobs may take files, as a list in JSON" }),
    ),
  ),
  PRICES: Type.Optional(Type.String({ description: "What work costs, in JSON" })),
  JOB_ACCEL: withDefault(
    Type.Enum(accels, {
      description: "For which encoders jobs wait while there is no worker at all",
    }),
    "cpu",
  ),
  WAKEABLE_CLASSES: jobClassList(
    "Classes, with commas between them, that get a worker when jobs wait in them",
  ),
  GPU_WAIT_SECONDS: count(
    300,
    "Seconds after which idle CPU workers get a job that waits for a GPU; 0 keeps it there",
  ),
  DUBBING: offOrOn("Jobs may be dubbed"),
  LIP_SYNC: offOrOn("Dubs may have lips that move with the voice"),
  ...{ ...egressVariables, ...urlInputVariables, ...oidcVariables },
  ...{ ...webhookVariables, ...tracingVariables, ...proxies },
});
export type ApiEnv = Static<typeof ApiEnv>;

/** The environment of the webhook sender. */
export const SenderEnv = Type.Object({
  ...database,
  METRICS_PORT: port("/metrics, /healthz and /readyz"),
  LOG_LEVEL: logLevel,
  DATABASE_POOL_SIZE: count(5, "Connections of one replica", 2),
  ...webhookVariables,
  ...senderVariables,
  ...tracingVariables,
});
export type SenderEnv = Static<typeof SenderEnv>;

/** The environment of the migration Job. */
export const MigrateEnv = Type.Object({
  ...ownerDatabase,
  DATABASE_LOGINS: hidden(
    Type.Optional(
      Type.String({
        description:
          'Roles that programs log in as, as JSON: [{"name": "…", "password": "…"}]; without them the owner is the only one',
      }),
    ),
  ),
  BOOTSTRAP_API_KEY: hidden(
    Type.Optional(
      Type.String({ description: "First key of project `default`; kept only as a hash" }),
    ),
  ),
  LOG_LEVEL: logLevel,
  METRICS_ROLE_PASSWORD: hidden(
    Type.Optional(
      Type.String({
        minLength: 16,
        description: "Password of the database's role that reads figures for Prometheus",
      }),
    ),
  ),
  DATABASE_WAIT_SECONDS: count(300, "How long to wait for Postgres"),
});
export type MigrateEnv = Static<typeof MigrateEnv>;

/** A secret that may be rotated while requests are under way: the first signs, all are accepted. */
export type RotatingSecret = readonly [current: string, ...others: string[]];

function rotating(current: string, ...others: (string | undefined)[]): RotatingSecret {
  return [current, ...others.filter((other) => other !== undefined)];
}

/** Decodes the environment of the API; all problems in one error. */
export function decodeApiEnv(raw: RawEnv) {
  const env = decodeEnv(ApiEnv, raw, [
    ...urlInputProblems(raw),
    ...webhookProblems(raw),
    ...tracingProblems(raw),
  ]);
  const profiles = decodeProfiles(env.profiles);
  const prices = decodePrices(env.prices);
  const inputBuckets = decodeInputBuckets(env.inputBuckets);
  refuse([
    ...profiles.problems,
    ...prices.problems,
    ...inputBuckets.problems,
    ...egressProblems(env),
    ...oidcProblems(env),
    ...(env.leaseSeconds < 2 * env.heartbeatSeconds
      ? [`LEASE_SECONDS must be at least twice HEARTBEAT_SECONDS (${env.heartbeatSeconds})`]
      : []),
    ...((env.s3AccessKeyId === undefined) !== (env.s3SecretAccessKey === undefined)
      ? ["set both S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY, or neither"]
      : []),
  ]);
  return {
    ...env,
    profiles: profiles.value ?? [],
    prices: prices.value,
    wakeable: jobClassesIn(env.wakeableClasses),
    inputBuckets: inputBuckets.value ?? [],
    database: { url: env.databaseUrl, caFile: env.databaseCaFile },
    broker: { url: env.amqpUrl, caFile: env.amqpCaFile },
    redis: { url: env.redisUrl, caFile: env.redisCaFile },
    workerAdminSecrets: rotating(
      env.workerAdminSecret,
      env.workerAdminSecretPrevious,
      env.workerAdminSecretNext,
    ),
    playbackSecrets: rotating(
      env.playbackSecret,
      env.playbackSecretPrevious,
      env.playbackSecretNext,
    ),
    ...{ urlInput: urlInputsOf(env), egress: egressOf(env), oidc: oidcOf(env) },
    ...{ webhooks: webhooksOf(env), tracing: tracingOf(env) },
    publicUrl: env.publicUrl.replace(/\/+$/, ""),
    s3: s3Of(env),
  };
}
export type ApiConfig = ReturnType<typeof decodeApiEnv>;

export function decodeMigrateEnv(raw: RawEnv) {
  const env = decodeEnv(MigrateEnv, raw);
  const key = env.bootstrapApiKey;
  if (key !== undefined && !isKey(clientKeyKind, key)) {
    refuse(["BOOTSTRAP_API_KEY is not a valid key; `npm run new-key` prints one"]);
  }
  const logins = decodeLogins(env.databaseLogins);
  refuse(logins.problems);
  return {
    ...env,
    logins: logins.value ?? [],
    database: { url: env.databaseUrl, caFile: env.databaseCaFile },
  };
}
export type MigrateConfig = ReturnType<typeof decodeMigrateEnv>;

export function decodeSenderEnv(raw: RawEnv) {
  const env = decodeEnv(SenderEnv, raw, [...webhookProblems(raw), ...tracingProblems(raw)]);
  const webhooks = webhooksOf(env);
  if (webhooks === undefined) {
    throw new EnvError(["WEBHOOK_KEY is missing; set it to the one that the API has"]);
  }
  const tracing = tracingOf(env);
  return {
    ...env,
    webhooks,
    tracing,
    database: { url: env.databaseUrl, caFile: env.databaseCaFile },
  };
}
export type SenderConfig = ReturnType<typeof decodeSenderEnv>;

/** The values that no line of a log may show. */
export const readSecrets = (schema: TObject): readonly string[] =>
  hiddenValues(schema, process.env);
export const readSenderEnv = (): SenderConfig => decodeSenderEnv(process.env);
export const readApiEnv = (): ApiConfig => decodeApiEnv(process.env);
export const readMigrateEnv = (): MigrateConfig => decodeMigrateEnv(process.env);
