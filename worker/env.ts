import { Type, type Static, type TSchema } from "typebox";
import { Value } from "typebox/value";
import { Accel, accels, JobClass, jobClasses } from "@framewright/contracts/job.ts";
import { logLevels } from "@framewright/contracts/log-level.ts";

const whole = "^[0-9]+$";
const positive = "^[1-9][0-9]*$";
const httpUrl = "^https?://[^\\s]+$";

/** The worker's environment as the pod carries it; every value is a string. */
export const WorkerEnv = Type.Object({
  WORKER_API_URL: Type.String({ pattern: httpUrl, description: "Base address of the worker API" }),
  WORKER_ADMIN_SECRET: Type.String({
    minLength: 1,
    description: "Lets the worker register itself",
  }),
  WORKER_NAME: Type.String({ minLength: 1, maxLength: 253, description: "Unique; the pod's name" }),
  WORKER_CLASSES: Type.String({
    minLength: 1,
    description: "Job classes to serve, comma separated, e.g. cpu.720p,cpu.1080p",
  }),
  AMQP_URL: Type.Optional(
    Type.String({
      pattern: "^(amqps?://\\S+)?$",
      default: "",
      description: "RabbitMQ; empty means long polling of the worker API",
    }),
  ),
  WORKER_SLOTS: Type.Optional(
    Type.String({ pattern: positive, default: "1", description: "Jobs at a time" }),
  ),
  WORKER_ACCEL: Type.Optional(Type.Enum(accels, { default: "cpu", description: "Encoder family" })),
  ENCODER_DEVICE: Type.Optional(
    Type.String({ default: "/dev/dri/renderD128", description: "Device node, for vaapi" }),
  ),
  WORK_DIR: Type.Optional(
    Type.String({ pattern: "^/", default: "/work", description: "Scratch space" }),
  ),
  HEALTH_PORT: Type.Optional(
    Type.String({ pattern: whole, default: "8080", description: "Health and metrics" }),
  ),
  LOG_LEVEL: Type.Optional(Type.Enum(logLevels, { default: "info" })),
  FFMPEG_PATH: Type.Optional(Type.String({ minLength: 1, default: "ffmpeg" })),
  FFPROBE_PATH: Type.Optional(Type.String({ minLength: 1, default: "ffprobe" })),
  THREADS: Type.Optional(
    Type.String({ pattern: whole, default: "0", description: "Per job; 0 means all CPUs" }),
  ),
  DRAIN_SECONDS: Type.Optional(
    Type.String({
      pattern: whole,
      default: "20",
      description: "After SIGTERM: jobs that end sooner are finished, others handed back",
    }),
  ),
  MAX_SOURCE_BYTES: Type.Optional(Type.String({ pattern: positive, default: "8589934592" })),
  MAX_SOURCE_SECONDS: Type.Optional(Type.String({ pattern: positive, default: "14400" })),
});
export type WorkerEnv = Static<typeof WorkerEnv>;

/** The same, decoded. */
export interface WorkerConfig {
  readonly apiUrl: string;
  readonly adminSecret: string;
  readonly name: string;
  readonly classes: readonly JobClass[];
  readonly amqpUrl: string;
  readonly slots: number;
  readonly accel: Accel;
  readonly device: string;
  readonly workDir: string;
  readonly healthPort: number;
  readonly logLevel: string;
  readonly ffmpeg: string;
  readonly ffprobe: string;
  readonly threads: number;
  readonly drainSeconds: number;
  readonly maxSourceBytes: number;
  readonly maxSourceSeconds: number;
  /** For media processes: search paths and what GPU drivers read. */
  readonly toolEnv: Readonly<Record<string, string>>;
}

export class EnvError extends Error {
  constructor(problems: readonly string[]) {
    const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    super(`${count} in the environment:\n${problems.map((line) => `  ${line}`).join("\n")}`);
    this.name = "EnvError";
  }
}

function expected(schema: TSchema): string {
  const pattern = "pattern" in schema ? ` must match ${String(schema.pattern)}` : undefined;
  const options = Type.IsEnum(schema) ? ` must be one of ${schema.enum.join(", ")}` : undefined;
  const why = "description" in schema ? ` (${String(schema.description)})` : "";
  return `${pattern ?? options ?? " must be set"}${why}`;
}

/** Secrets are not shown. */
function shown(name: string, value: string | undefined): string {
  if (value === undefined) return "it is missing";
  return /SECRET|AMQP/.test(name) ? "its value is hidden" : `it is "${value}"`;
}

function valueProblems(values: Readonly<Record<string, string | undefined>>): string[] {
  return Object.entries(WorkerEnv.properties)
    .filter(([name, schema]) => !Value.Check(schema, values[name]))
    .map(([name, schema]) => `${name}${expected(schema)}; ${shown(name, values[name])}`);
}

function isJobClass(text: string): text is JobClass {
  return Value.Check(JobClass, text);
}

function classProblems(classes: readonly string[], accel: string): string[] {
  const unknown = classes.filter((one) => !isJobClass(one));
  const foreign = classes.filter((one) => isJobClass(one) && !one.startsWith(`${accel}.`));
  return [
    ...unknown.map((one) => `WORKER_CLASSES has "${one}"; known are ${jobClasses.join(", ")}`),
    ...foreign.map((one) => `WORKER_CLASSES has "${one}", but WORKER_ACCEL is "${accel}"`),
  ];
}

function listOf(text: string | undefined): string[] {
  return (text ?? "")
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

const toolVariables = /^(PATH|LD_LIBRARY_PATH|LIBVA_\w+|NVIDIA_\w+|CUDA_\w+)$/;

function toolEnv(source: NodeJS.ProcessEnv): Record<string, string> {
  const kept = Object.entries(source).flatMap(([name, value]) =>
    toolVariables.test(name) && value !== undefined ? [[name, value] as const] : [],
  );
  return Object.fromEntries(kept);
}

/** Reads and checks the whole environment; throws one EnvError with everything that is wrong. */
export function loadWorkerEnv(source: NodeJS.ProcessEnv = process.env): WorkerConfig {
  const defaults = Object.entries(WorkerEnv.properties).map(([name, schema]) => {
    const fallback = "default" in schema ? String(schema.default) : undefined;
    return [name, source[name] ?? fallback] as const;
  });
  const values: Record<string, string | undefined> = Object.fromEntries(defaults);
  const text = (name: keyof WorkerEnv): string => values[name] ?? "";
  const classes = listOf(values["WORKER_CLASSES"]);
  const accel = text("WORKER_ACCEL");
  const problems = [...valueProblems(values), ...classProblems(classes, accel)];
  if (problems.length > 0 || !Value.Check(Accel, accel)) throw new EnvError(problems);
  return {
    apiUrl: text("WORKER_API_URL").replace(/\/+$/, ""),
    adminSecret: text("WORKER_ADMIN_SECRET"),
    name: text("WORKER_NAME"),
    classes: classes.filter(isJobClass),
    amqpUrl: text("AMQP_URL"),
    slots: Number(text("WORKER_SLOTS")),
    accel,
    device: text("ENCODER_DEVICE"),
    workDir: text("WORK_DIR"),
    healthPort: Number(text("HEALTH_PORT")),
    logLevel: text("LOG_LEVEL"),
    ffmpeg: text("FFMPEG_PATH"),
    ffprobe: text("FFPROBE_PATH"),
    threads: Number(text("THREADS")),
    drainSeconds: Number(text("DRAIN_SECONDS")),
    maxSourceBytes: Number(text("MAX_SOURCE_BYTES")),
    maxSourceSeconds: Number(text("MAX_SOURCE_SECONDS")),
    toolEnv: toolEnv(source),
  };
}
