import { Type, type Static } from "typebox";
import { egressSourceKinds, type EgressSourceKind } from "@framewright/contracts/egress.ts";
import { LogLevel } from "@framewright/contracts/log-level.ts";
import {
  decodeEnv,
  hidden,
  hiddenValues,
  withDefault,
  type EnvOf,
  type RawEnv,
} from "@framewright/runtime/env.ts";
import { listVariable, rangeProblems, rangesOf } from "@framewright/runtime/url-inputs.ts";

const count = (value: number, description: string, minimum = 0) =>
  withDefault(Type.Integer({ minimum, description }), value);
const text = (value: string, description: string, pattern = ".") =>
  withDefault(Type.String({ pattern, description }), value);

const podName = Type.String({
  minLength: 1,
  maxLength: 253,
  description: "Unique; the pod's name",
});
const ticketFile = Type.String({
  pattern: "^/",
  description: "File with the ticket that the recorder shows to the worker API",
});

/** The environment of a recorder. The component that deploys it is typed by it. */
const EgressEnv = Type.Object({
  WORKER_API_URL: Type.String({
    pattern: "^https?://[^\\s]+$",
    description: "Base address of the worker API",
  }),
  POD_NAME: podName,
  RECORDER_TICKET_FILE: ticketFile,
  POD_WORKERS: count(4, "Recordings at a time", 1),
  POD_REGION: Type.Optional(
    Type.String({
      pattern: "^[a-z0-9-]{1,40}$",
      description: "Recordings that ask for this region come first; others may be taken as well",
    }),
  ),
  SOURCE_KINDS: listVariable(
    "rtmp,rtsp,srt",
    egressSourceKinds.join("|"),
    "Sources that it records; hls needs SOURCE_PROXY",
  ),
  SOURCE_PORTS: listVariable("554,1935,8554,8890", "[0-9]{1,5}", "Ports that a source may have"),
  SOURCE_RANGES: Type.Optional(
    Type.String({
      description: "Ranges of addresses of sources beside the public ones, comma separated",
    }),
  ),
  SOURCE_PROXY: Type.Optional(
    Type.String({
      pattern: "^http://\\S+$",
      description: "Proxy that refuses private addresses; the only way to sources by http",
    }),
  ),
  WORK_DIR: text("/work", "Scratch space", "^/"),
  HEALTH_PORT: withDefault(
    Type.Integer({ minimum: 0, maximum: 65_535, description: "Health and metrics" }),
    8182,
  ),
  LOG_LEVEL: withDefault(LogLevel, "info"),
  FFMPEG_PATH: text("ffmpeg", "Program that records"),
  FFPROBE_PATH: text("ffprobe", "Program that looks into files"),
  DRAIN_SECONDS: count(
    30,
    "After SIGTERM recordings are stored up to here and handed to other recorders within this time",
  ),
});
export type EgressEnv = Static<typeof EgressEnv>;

/** The environment of what leaves the ticket for the recorder of a pod, and ends before it starts. */
const TicketEnv = Type.Object({
  WORKER_ADMIN_SECRET: hidden(Type.String({ minLength: 1, description: "Makes the ticket" })),
  POD_NAME: podName,
  RECORDER_TICKET_FILE: ticketFile,
});
export type TicketEnv = Static<typeof TicketEnv>;

export const loadTicketEnv = (source: RawEnv = process.env) => decodeEnv(TicketEnv, source);

/** Where sources may be. */
export interface SourcePolicy {
  readonly ports: readonly number[];
  /** Ranges of addresses that are allowed beside the public ones. */
  readonly ranges: readonly string[];
  /** By which http goes. */
  readonly proxy: string | undefined;
}

export interface EgressConfig extends Omit<
  EnvOf<typeof EgressEnv>,
  "sourceKinds" | "sourcePorts" | "sourceRanges" | "sourceProxy"
> {
  readonly sourceKinds: readonly EgressSourceKind[];
  readonly policy: SourcePolicy;
  /** Where programs are looked for. */
  readonly path: string;
}

/** The values that no line of the log may show. */
export function readSecrets(source: RawEnv = process.env): readonly string[] {
  return hiddenValues(EgressEnv, source);
}

/** Reads and checks the whole environment; throws one EnvError with everything that is wrong. */
export function loadEgressEnv(source: RawEnv = process.env): EgressConfig {
  const kinds = (source["SOURCE_KINDS"] ?? "").split(",");
  const { sourceKinds, sourcePorts, sourceRanges, sourceProxy, ...env } = decodeEnv(
    EgressEnv,
    source,
    [
      ...rangeProblems("SOURCE_RANGES", source),
      ...(kinds.includes("hls") && source["SOURCE_PROXY"] === undefined
        ? [
            "SOURCE_KINDS has hls, which needs SOURCE_PROXY: a playlist could name private addresses",
          ]
        : []),
    ],
  );
  const wanted = sourceKinds.split(",");
  return {
    ...env,
    workerApiUrl: env.workerApiUrl.replace(/\/+$/, ""),
    sourceKinds: egressSourceKinds.filter((kind) => wanted.includes(kind)),
    policy: {
      ports: sourcePorts.split(",").map(Number),
      ranges: rangesOf(sourceRanges),
      proxy: sourceProxy,
    },
    path: source["PATH"] ?? "/usr/bin:/bin",
  };
}
