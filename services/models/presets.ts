import type { ModelServiceSection } from "../../config/schema.ts";
import type { ImageName, ModelService } from "../../infra/cluster.ts";

export type Preset = ModelServiceSection["preset"];

/** Where all presets keep what they load and compute: a root without writing is part of each pod. */
export const cacheDirectory = "/cache";

export interface PresetRow {
  readonly port: number;
  /** Answers 200 once the model is loaded. */
  readonly health: string;
  readonly env: Readonly<Record<string, string>>;
  /** Arguments that follow from the pod's share of a GPU: slices share its memory, and servers take all that they find. */
  readonly args: (slicesPerGpu: number) => readonly string[];
  /** The variable that says how many threads an engine uses, which does not look at the limit of its pod. */
  readonly threads?: string;
  /** Answers /metrics on its port, in Prometheus' text format; of other servers nobody asks for it. */
  readonly hasMetrics?: boolean;
  /** Loaded within seconds, from its image: `pulumi up` waits for it. */
  readonly isSmall?: boolean;
}

/** The platform's images with the preset own. */
export const ownImages: Partial<Record<ModelService, ImageName>> = {
  stt: "model-stt",
  mt: "model-mt",
  tts: "model-tts",
};

const none = (): readonly string[] => [];

/** Caches of what most servers of models use. */
const caches = {
  HOME: cacheDirectory,
  XDG_CACHE_HOME: cacheDirectory,
  HF_HOME: `${cacheDirectory}/huggingface`,
} as const;

/** Prometheus asks ports of this name alone. */
export function portNameOf({ hasMetrics = false }: PresetRow): "http" | "metrics" {
  return hasMetrics ? "metrics" : "http";
}

export const presets: Readonly<Record<Preset, PresetRow>> = {
  custom: { port: 8000, health: "/health", env: caches, args: none },
  vllm: {
    port: 8000,
    health: "/health",
    env: { ...caches, VLLM_CACHE_ROOT: `${cacheDirectory}/vllm` },
    args: (slices) => ["--gpu-memory-utilization", (0.9 / slices).toFixed(2)],
    hasMetrics: true,
  },
  speaches: { port: 8000, health: "/health", env: caches, args: none },
  own: {
    port: 8000,
    health: "/health",
    env: { HOME: cacheDirectory },
    args: none,
    threads: "THREADS",
    hasMetrics: true,
    isSmall: true,
  },
  nim: {
    port: 9000,
    health: "/v1/health/ready",
    env: { ...caches, NIM_CACHE_PATH: `${cacheDirectory}/nim`, NIM_HTTP_API_PORT: "9000" },
    args: none,
  },
};
