import { Type, type Static } from "typebox";
import { egressSourceKinds, type EgressSourceKind } from "@framewright/contracts/egress-kinds.ts";
import { LogLevel } from "@framewright/contracts/log-level.ts";
import {
  decodeEnv,
  hidden,
  hiddenValues,
  withDefault,
  type EnvOf,
  type RawEnv,
} from "@framewright/runtime/env.ts";
import type { OutboundPolicy } from "@framewright/runtime/outbound-url.ts";
import { listVariable, rangeProblems, rangesOf } from "@framewright/runtime/url-inputs.ts";
import {
  calibrationOf,
  pageOf,
  pageVariables,
  type Calibration,
  type PageSetting,
  type PageVariables,
} from "./page-env.ts";

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
export const EgressEnv = Type.Object({
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
    "Sources that it records; hls, whep and web need SOURCE_PROXY, livekit LIVEKIT_URL",
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
  STORE_PROXY: Type.Optional(
    Type.String({
      pattern: "^http://\\S+$",
      description:
        "Proxy by which the media store is reached, where that is outside; unset: directly",
    }),
  ),
  LIVEKIT_URL: Type.Optional(
    Type.String({
      pattern: "^wss?://\\S+$",
      description: "LiveKit server whose rooms are recorded",
    }),
  ),
  LIVEKIT_API_KEY: Type.Optional(Type.String({ description: "Its key" })),
  LIVEKIT_API_SECRET: Type.Optional(
    hidden(Type.String({ minLength: 32, description: "Signs the recorder's tokens" })),
  ),
  LIVEKIT_MEDIA_PORT: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 65_535,
      description:
        "UDP port of its media at the host of its address, where that is another way than the one it names to clients",
    }),
  ),
  ...pageVariables,
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
export const TicketEnv = Type.Object({
  WORKER_ADMIN_SECRET: hidden(Type.String({ minLength: 1, description: "Makes the ticket" })),
  POD_NAME: podName,
  RECORDER_TICKET_FILE: ticketFile,
});
export type TicketEnv = Static<typeof TicketEnv>;

export const loadTicketEnv = (source: RawEnv = process.env) => decodeEnv(TicketEnv, source);

export interface LivekitServer {
  readonly url: string;
  readonly apiKey: string;
  readonly apiSecret: string;
  readonly mediaPort?: number | undefined;
}

/** Where sources may be. */
export interface SourcePolicy {
  readonly ports: readonly number[];
  /** Ranges of addresses that are allowed beside the public ones. */
  readonly ranges: readonly string[];
  /** By which http goes. */
  readonly proxy: string | undefined;
  /** Whose rooms are recorded. */
  readonly livekit?: LivekitServer | undefined;
  readonly page?: PageSetting | undefined;
  /** Addresses of this machine for media, beside those of its interfaces. */
  readonly hostAddresses?: readonly string[];
}

export interface EgressConfig extends Omit<
  EnvOf<typeof EgressEnv>,
  "sourceKinds" | "sourcePorts" | "sourceRanges" | "sourceProxy" | PageVariables
> {
  readonly sourceKinds: readonly EgressSourceKind[];
  readonly policy: SourcePolicy;
  readonly calibration: Calibration;
  /** Where programs are looked for. */
  readonly path: string;
}

/** The values that no line of the log may show. */
export function readSecrets(source: RawEnv = process.env): readonly string[] {
  return hiddenValues(EgressEnv, source);
}

/** Kinds of sources that need more than a network: what the operator has to name for them. */
const needs = {
  hls: ["SOURCE_PROXY"],
  whep: ["SOURCE_PROXY"],
  web: ["SOURCE_PROXY"],
  livekit: ["LIVEKIT_URL", "LIVEKIT_API_KEY", "LIVEKIT_API_SECRET"],
} as const satisfies Partial<Record<EgressSourceKind, readonly string[]>>;

function sourceProblems(raw: RawEnv): string[] {
  const kinds = (raw["SOURCE_KINDS"] ?? "").split(",");
  return Object.entries(needs).flatMap(([kind, names]) => {
    const missing = names.filter((name) => (raw[name] ?? "") === "");
    if (!kinds.includes(kind) || missing.length === 0) return [];
    return [`SOURCE_KINDS has ${kind}, which needs ${missing.join(", ")}`];
  });
}

type LivekitVariables = "livekitUrl" | "livekitApiKey" | "livekitApiSecret" | "livekitMediaPort";

function livekitOf(
  env: Pick<EnvOf<typeof EgressEnv>, LivekitVariables>,
): LivekitServer | undefined {
  const { livekitUrl: url, livekitApiKey: apiKey, livekitApiSecret: apiSecret } = env;
  if (url === undefined || apiKey === undefined || apiSecret === undefined) return undefined;
  return { url, apiKey, apiSecret, mediaPort: env.livekitMediaPort };
}

/** Reads and checks the whole environment; throws one EnvError with everything that is wrong. */
export function loadEgressEnv(source: RawEnv = process.env): EgressConfig {
  const { sourceKinds, sourcePorts, sourceRanges, sourceProxy, ...env } = decodeEnv(
    EgressEnv,
    source,
    [...rangeProblems("SOURCE_RANGES", source), ...sourceProblems(source)],
  );
  const wanted = sourceKinds.split(",");
  const path = source["PATH"] ?? "/usr/bin:/bin";
  return {
    ...env,
    workerApiUrl: env.workerApiUrl.replace(/\/+$/, ""),
    sourceKinds: egressSourceKinds.filter((kind) => wanted.includes(kind)),
    policy: {
      ports: sourcePorts.split(",").map(Number),
      ranges: rangesOf(sourceRanges),
      proxy: sourceProxy,
      livekit: livekitOf(env),
      page: pageOf(env, path),
    },
    calibration: calibrationOf(env),
    path,
  };
}

/** The environment of the proxy by which recorders reach http and https. */
const ProxyEnv = Type.Object({
  PROXY_PORT: withDefault(
    Type.Integer({ minimum: 0, maximum: 65_535, description: "Where recorders ask" }),
    3128,
  ),
  PROXY_TARGET_PORTS: listVariable("443,80", "[0-9]{1,5}", "Ports that a target may have"),
  PROXY_TARGET_RANGES: Type.Optional(
    Type.String({
      description: "Ranges of addresses that are allowed beside the public ones, comma separated",
    }),
  ),
  PROXY_MAX_CONNECTIONS: count(500, "Connections at a time; more are refused", 1),
  PROXY_MAX_BYTES: count(20 * 1024 ** 3, "Of one connection", 1),
  PROXY_MAX_SECONDS: count(86_400, "Of one connection", 1),
  PROXY_IDLE_SECONDS: count(120, "Without a byte; the connection is closed then", 1),
  DRAIN_SECONDS: count(30, "After SIGTERM connections may end by themselves within this time"),
  HEALTH_PORT: withDefault(
    Type.Integer({ minimum: 0, maximum: 65_535, description: "Health and metrics" }),
    8184,
  ),
  LOG_LEVEL: withDefault(LogLevel, "info"),
});
export type ProxyEnv = Static<typeof ProxyEnv>;

export interface ProxyConfig extends Pick<
  EnvOf<typeof ProxyEnv>,
  "proxyPort" | "healthPort" | "logLevel" | "drainSeconds"
> {
  readonly policy: OutboundPolicy;
  readonly limits: ProxyLimits;
}

/** What one connection through the proxy may cost. */
export interface ProxyLimits {
  /** Connections at a time. */
  readonly maxConnections: number;
  /** Of one connection, both ways together. */
  readonly maxBytes: number;
  readonly maxSeconds: number;
  /** Without a byte either way. */
  readonly idleSeconds: number;
}

export function loadProxyEnv(source: RawEnv = process.env): ProxyConfig {
  const env = decodeEnv(ProxyEnv, source, rangeProblems("PROXY_TARGET_RANGES", source));
  const { proxyPort, healthPort, logLevel, drainSeconds } = env;
  return {
    ...{ proxyPort, healthPort, logLevel, drainSeconds },
    policy: {
      schemes: ["https", "http"],
      ports: env.proxyTargetPorts.split(",").map(Number),
      ranges: rangesOf(env.proxyTargetRanges),
    },
    limits: {
      maxConnections: env.proxyMaxConnections,
      maxBytes: env.proxyMaxBytes,
      maxSeconds: env.proxyMaxSeconds,
      idleSeconds: env.proxyIdleSeconds,
    },
  };
}
