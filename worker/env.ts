import { Type, type Static } from "typebox";
import { Value } from "typebox/value";
import { accels, type Accel, JobClass, jobClasses, partsOf } from "@framewright/contracts/job.ts";
import { defaultJobLimits as limits } from "@framewright/contracts/job-limits.ts";
import { storeSides, type StoreSide } from "@framewright/contracts/worker-api.ts";
import { sandboxModes } from "@framewright/contracts/sandbox.ts";
import { LogLevel } from "@framewright/contracts/log-level.ts";
import {
  decodeEnv,
  hidden,
  hiddenValues,
  withDefault,
  type EnvOf,
  type RawEnv,
} from "@framewright/runtime/env.ts";
import {
  tracingOf,
  tracingProblems,
  tracingVariables,
  type TracingSettings,
} from "@framewright/runtime/tracing/settings.ts";
import {
  urlInputProblems,
  urlInputsOf,
  urlInputVariables,
  type UrlInputs,
} from "@framewright/runtime/url-inputs.ts";

import { modelProblems, modelsOf, modelVariables, type ModelAddresses } from "./model-variables.ts";

const count = (value: number, description: string, minimum = 0) =>
  withDefault(Type.Integer({ minimum, description }), value);
const text = (value: string, description: string, pattern = ".") =>
  withDefault(Type.String({ pattern, description }), value);

/** The worker's environment. The component that deploys it is typed by it. */
export const WorkerEnv = Type.Object({
  WORKER_API_URL: Type.String({
    pattern: "^https?://[^\\s]+$",
    description: "Base address of the worker API",
  }),
  WORKER_ADMIN_SECRET: hidden(
    Type.Optional(
      Type.String({
        minLength: 1,
        description: "Lets a worker outside the cluster register itself",
      }),
    ),
  ),
  WORKER_TICKET_FILE: Type.Optional(
    Type.String({
      pattern: "^/",
      description: "File with the ticket that registers this worker alone, in place of the secret",
    }),
  ),
  WORKER_TOKEN: hidden(
    Type.Optional(
      Type.String({
        pattern: "^fw_join_[0-9A-Za-z]{36}$",
        description: "Registers this worker once, in place of the secret; needs WORKER_KEY_FILE",
      }),
    ),
  ),
  WORKER_KEY_FILE: Type.Optional(
    Type.String({
      pattern: "^/",
      description:
        "Where the worker keeps its own key, for restarts; without it the key is in memory",
    }),
  ),
  WORKER_KEY_SECONDS: count(86_400, "How long a key is used before it is replaced; 0 keeps it"),
  WORKER_STORE: Type.Optional(
    Type.Enum(storeSides, {
      description:
        "Which address of the object store the worker reaches; without it `inside` with AMQP_URL, else `public`",
    }),
  ),
  WORKER_NAME: Type.String({ minLength: 1, maxLength: 253, description: "Unique; the pod's name" }),
  WORKER_CLASSES: Type.String({
    minLength: 1,
    description: "Job classes to serve, comma separated, e.g. cpu.720p,cpu.1080p",
  }),
  AMQP_URL: hidden(
    Type.Optional(
      Type.String({
        pattern: "^amqps?://\\S+$",
        description: "RabbitMQ; without it the worker long-polls the worker API",
      }),
    ),
  ),
  AMQP_CA_FILE: Type.Optional(
    Type.String({
      pattern: "^/",
      description: "PEM file of the authorities that sign RabbitMQ's certificate",
    }),
  ),
  WORKER_SLOTS: count(1, "Jobs at a time", 1),
  WORKER_ACCEL: withDefault(Type.Enum(accels, { description: "Encoder family" }), "cpu"),
  ENCODER_DEVICE: text("/dev/dri/renderD128", "Device node, for vaapi"),
  HARDWARE_DECODE: withDefault(
    Type.Enum(["off", "on"], {
      description: "Whether the GPU decodes as well, where a test at the start shows that it can",
    }),
    "off",
  ),
  ENCODER_SESSIONS: Type.Optional(
    Type.Integer({
      minimum: 1,
      description: "Encodes at a time that the driver allows on the GPU; without it, by its model",
    }),
  ),
  ENCODER_SESSION_DIR: text(
    "/tmp/framewright-encoder-sessions",
    "Folder in which the workers of a host count the encoder sessions of its GPUs; containers share it by a mount",
    "^/",
  ),
  ENCODER_WAIT_SECONDS: count(
    30,
    "How long a job waits for encoder sessions before the CPU takes it",
  ),
  WORK_DIR: text("/work", "Scratch space", "^/"),
  WORK_DIR_BYTES: Type.Optional(
    Type.Integer({ minimum: 1, description: "Its size; without it, what is free on its disk" }),
  ),
  HEALTH_PORT: withDefault(
    Type.Integer({ minimum: 0, maximum: 65_535, description: "Health and metrics" }),
    8080,
  ),
  LOG_LEVEL: withDefault(LogLevel, "info"),
  FFMPEG_PATH: text("ffmpeg", "Program that encodes"),
  FFPROBE_PATH: text("ffprobe", "Program that looks into files"),
  MEDIA_SANDBOX: withDefault(
    Type.Enum(sandboxModes, {
      description: "Whether ffmpeg must be fenced off from the worker and its machine to run",
    }),
    "required",
  ),
  MEDIA_READS: text(
    "",
    "Folders beside /usr, comma separated, that ffmpeg and its libraries are in",
    "^(/[^,]+(,/[^,]+)*)?$",
  ),
  MEDIA_FONTS: text(
    "/usr/share/fonts",
    "Folder with the fonts that subtitles are drawn with, in it and below; outside of /usr it has to be in MEDIA_READS too",
    "^/[^,]+$",
  ),
  MEDIA_MEMORY_BYTES: count(
    0,
    "Memory that ffmpeg may hold; 0 means what the container has, less the worker's own",
  ),
  THREADS: count(
    0,
    "Threads of each job; 0 means all CPUs, on CPU workers at most one per 256 MiB",
  ),
  DRAIN_SECONDS: count(
    20,
    "After SIGTERM the worker finishes jobs that end within this time and hands others back",
  ),
  MAX_SOURCE_BYTES: count(8 * 1024 ** 3, "Largest source", 1),
  MAX_SOURCE_SECONDS: count(limits.maxSourceSeconds, "Longest source", 1),
  ENCODE_FREE_SECONDS: count(limits.encode.freeSeconds, "An encode may take so long in any case"),
  ENCODE_SECONDS_PER_MEGABYTE: count(
    limits.encode.secondsPerMegabyte,
    "And so much longer for each million bytes of the source",
  ),
  ENCODE_MAX_SECONDS_720P: count(limits.encode.maxSeconds["720p"], "Longest encode of 720p", 1),
  ENCODE_MAX_SECONDS_1080P: count(limits.encode.maxSeconds["1080p"], "Longest encode of 1080p", 1),
  ENCODE_MAX_SECONDS_2160P: count(limits.encode.maxSeconds["2160p"], "Longest encode of 2160p", 1),
  ...modelVariables,
  ...urlInputVariables,
  ...tracingVariables,
});
export type WorkerEnv = Static<typeof WorkerEnv>;

/** The environment of what leaves the ticket for the worker of a pod, and ends before the worker starts. */
export const TicketEnv = Type.Object({
  WORKER_ADMIN_SECRET: hidden(Type.String({ minLength: 1, description: "Makes the ticket" })),
  WORKER_NAME: Type.String({ minLength: 1, maxLength: 253, description: "The pod's name" }),
  WORKER_TICKET_FILE: Type.String({ pattern: "^/", description: "Where the worker finds it" }),
});
export type TicketEnv = Static<typeof TicketEnv>;

export const loadTicketEnv = (source: RawEnv = process.env) => decodeEnv(TicketEnv, source);

type One<Name extends string> = { readonly [name in Name]: string };
/** What the worker registers with; nothing where its key file has the key. */
export type Registrar = One<"adminSecret"> | One<"ticketFile"> | One<"token">;

/** The decoded environment. */
export interface WorkerConfig extends Omit<
  EnvOf<typeof WorkerEnv>,
  "workerAdminSecret" | "workerTicketFile" | "workerToken" | "workerStore"
> {
  readonly registrar: Registrar | undefined;
  readonly store: StoreSide;
  readonly classes: readonly JobClass[];
  readonly urlInput: UrlInputs | undefined;
  /** For dubs; a worker has all of them or none, but for the one that moves lips. */
  readonly models: ModelAddresses | undefined;
  readonly tracing: TracingSettings | undefined;
  readonly mediaFolders: readonly string[];
  /** Variables that media processes get: search paths and what GPU drivers read. */
  readonly toolEnv: Readonly<Record<string, string>>;
}

function isJobClass(name: string): name is JobClass {
  return Value.Check(JobClass, name);
}

function classProblems(classes: readonly string[], accel: string): string[] {
  const unknown = classes.filter((one) => !isJobClass(one));
  const foreign = classes.filter((one) => isJobClass(one) && partsOf(one).accel !== accel);
  return [
    ...unknown.map((one) => `WORKER_CLASSES has "${one}"; known are ${jobClasses.join(", ")}`),
    ...foreign.map((one) => `WORKER_CLASSES has "${one}", but WORKER_ACCEL is "${accel}"`),
  ];
}

const oneRegistrar =
  "set one of WORKER_ADMIN_SECRET, WORKER_TICKET_FILE and WORKER_TOKEN: the worker registers with it; only with the key of an earlier start in WORKER_KEY_FILE none is needed";
const tokenNeedsFile =
  "WORKER_TOKEN needs WORKER_KEY_FILE: a token registers once, and a restart needs the key that it gave";

function registrarProblems(source: RawEnv): string[] {
  const isSet = (name: keyof WorkerEnv) => source[name] !== undefined && source[name] !== "";
  const given = (["WORKER_ADMIN_SECRET", "WORKER_TICKET_FILE", "WORKER_TOKEN"] as const).filter(
    isSet,
  );
  const enough = given.length === 1 || (given.length === 0 && isSet("WORKER_KEY_FILE"));
  return [
    ...(enough ? [] : [oneRegistrar]),
    ...(isSet("WORKER_TOKEN") && !isSet("WORKER_KEY_FILE") ? [tokenNeedsFile] : []),
  ];
}

interface Registrars {
  readonly adminSecret: string | undefined;
  readonly ticketFile: string | undefined;
  readonly token: string | undefined;
}

function registrarOf({ adminSecret, ticketFile, token }: Registrars): Registrar | undefined {
  if (adminSecret !== undefined) return { adminSecret };
  if (ticketFile !== undefined) return { ticketFile };
  return token === undefined ? undefined : { token };
}

function listOf(names = ""): string[] {
  return names
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
}

const toolVariables = /^(PATH|LD_LIBRARY_PATH|LIBVA_\w+|NVIDIA_\w+|CUDA_\w+)$/;

/** CUDA else puts the fastest GPU first, and sessions are counted by bus address. */
const gpuOrder = { CUDA_DEVICE_ORDER: "PCI_BUS_ID" } as const;

function toolEnv(source: RawEnv, accel: Accel): Record<string, string> {
  const kept = Object.entries(source).flatMap(([name, value]) =>
    toolVariables.test(name) && value !== undefined ? [[name, value] as const] : [],
  );
  return { ...(accel === "nvenc" && gpuOrder), ...Object.fromEntries(kept) };
}

/** The values that no line of the log may show. */
export function readSecrets(source: RawEnv = process.env): readonly string[] {
  return hiddenValues(WorkerEnv, source);
}

/** Reads and checks the whole environment; throws one EnvError with everything that is wrong. */
export function loadWorkerEnv(source: RawEnv = process.env): WorkerConfig {
  const classes = listOf(source["WORKER_CLASSES"]);
  const accel = source["WORKER_ACCEL"] ?? WorkerEnv.properties.WORKER_ACCEL.default;
  const {
    workerAdminSecret: adminSecret,
    workerTicketFile: ticketFile,
    workerToken: token,
    workerStore,
    ...env
  } = decodeEnv(WorkerEnv, source, [
    ...classProblems(classes, accel),
    ...registrarProblems(source),
    ...modelProblems(source),
    ...urlInputProblems(source),
    ...tracingProblems(source),
  ]);
  return {
    ...env,
    registrar: registrarOf({ adminSecret, ticketFile, token }),
    store: workerStore ?? (env.amqpUrl === undefined ? "public" : "inside"),
    workerApiUrl: env.workerApiUrl.replace(/\/+$/, ""),
    classes: classes.filter(isJobClass),
    urlInput: urlInputsOf(env),
    models: modelsOf(env),
    tracing: tracingOf(env),
    mediaFolders: listOf(env.mediaReads),
    toolEnv: toolEnv(source, env.workerAccel),
  };
}
