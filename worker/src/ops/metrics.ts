import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from "prom-client";

/** Of each GPU that the driver shows; nothing on workers without one. */
export interface GpuMetrics {
  readonly utilization: Gauge<"gpu">;
  readonly encoder: Gauge<"gpu">;
  readonly decoder: Gauge<"gpu">;
  readonly memoryUsed: Gauge<"gpu">;
  readonly memoryTotal: Gauge<"gpu">;
  readonly temperature: Gauge<"gpu">;
  readonly power: Gauge<"gpu">;
}

/** The figures that /metrics shows; docs/metrics.md lists them. */
export interface Metrics {
  readonly registry: Registry;
  /** `outcome`: succeeded, failed, cancelled, lost, draining; `kind` and `code` of a failure. */
  readonly jobs: Counter<"outcome" | "kind" | "code">;
  readonly running: Gauge;
  readonly stages: Histogram<"stage">;
  /** `rung`: the tallest one that was made. */
  readonly speed: Histogram<"accel" | "rung">;
  readonly bitrate: Histogram<"rung">;
  readonly bytes: Counter<"direction">;
  /** `operation`: get, put. */
  readonly store: Histogram<"operation" | "result">;
  readonly gpu: GpuMetrics;
  /** Bytes on the scratch volume, and its size where it has one. */
  readonly scratch: Gauge;
  readonly scratchLimit: Gauge;
  readonly brokerConnected: Gauge;
  /** Encodes that went on another way: `from` and `to` are steps of the ladder, `code` says why. */
  readonly fallbacks: Counter<"from" | "to" | "code">;
  readonly breakerOpen: Gauge<"step">;
  /** `layer`: death, memory, files, calls. */
  readonly isolation: Gauge<"layer">;
}

/** What every metric of the worker begins with. */
function naming(registers: Registry[]) {
  return (name: string, help: string) => ({ name: `framewright_worker_${name}`, help, registers });
}

const stageBuckets = [0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600, 10800];
const speedBuckets = [0.1, 0.25, 0.5, 1, 2, 4, 8, 16, 32];

/** 200 kbit/s to 32 Mbit/s. */
const rateBuckets = [25e3, 50e3, 1e5, 2e5, 4e5, 8e5, 16e5, 4e6];

/** Heights whose names label figures: between them and above all there are ladders of users' own. */
const rungs = [240, 360, 480, 720, 1080, 1440, 2160] as const;

/** The nearest named rung that is not below, so that every height has one of a few labels. */
export function rungOf(height: number): string {
  const rung = rungs.find((one) => height <= one);
  return rung === undefined ? "above-2160p" : `${rung}p`;
}

function gpuMetrics(registers: Registry[]): GpuMetrics {
  const gauge = (name: string, help: string) =>
    new Gauge({ name: `framewright_gpu_${name}`, help, labelNames: ["gpu"], registers });
  return {
    utilization: gauge("utilization_ratio", "Share of the time in which the GPU computed"),
    encoder: gauge("encoder_utilization_ratio", "Share of the time in which NVENC worked"),
    decoder: gauge("decoder_utilization_ratio", "Share of the time in which NVDEC worked"),
    memoryUsed: gauge("memory_used_bytes", "Memory of the GPU that is taken"),
    memoryTotal: gauge("memory_total_bytes", "Memory that the GPU has"),
    temperature: gauge("temperature_celsius", "Temperature of the GPU"),
    power: gauge("power_watts", "What the GPU draws"),
  };
}

function workMetrics(registers: Registry[]) {
  const named = naming(registers);
  return {
    stages: new Histogram({
      ...named("stage_seconds", "Wall time of each stage"),
      labelNames: ["stage"],
      buckets: stageBuckets,
    }),
    speed: new Histogram({
      ...named(
        "encode_speed_ratio",
        "Media seconds encoded per wall second, by encoder and tallest rung",
      ),
      labelNames: ["accel", "rung"],
      buckets: speedBuckets,
    }),
    bitrate: new Histogram({
      ...named("rendition_bytes_per_second", "Mean rate of each picture size that was made"),
      labelNames: ["rung"],
      buckets: rateBuckets,
    }),
    store: new Histogram({
      ...named(
        "store_request_duration_seconds",
        "Time of a file to the object store (put) and from it (get), with its repetitions; result: ok or error",
      ),
      labelNames: ["operation", "result"],
      buckets: [0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60, 300, 900],
    }),
  } satisfies Partial<Metrics>;
}

export function createMetrics(apiConnected: () => boolean): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const named = naming(registers);
  new Gauge({
    ...named("api_connected", "1 when the worker API answers"),
    collect() {
      this.set(apiConnected() ? 1 : 0);
    },
  });
  return {
    registry,
    jobs: new Counter({
      ...named("jobs_total", "Attempts by how they ended"),
      labelNames: ["outcome", "kind", "code"],
    }),
    running: new Gauge(named("jobs_running", "Attempts under way")),
    ...workMetrics(registers),
    gpu: gpuMetrics(registers),
    bytes: new Counter({
      ...named("bytes_total", "Bytes moved to and from storage"),
      labelNames: ["direction"],
    }),
    scratch: new Gauge(named("scratch_bytes", "Bytes on the scratch volume, at the last look")),
    scratchLimit: new Gauge(
      named("scratch_limit_bytes", "Size of the scratch volume; 0: no limit"),
    ),
    brokerConnected: new Gauge(named("broker_connected", "1 when the broker is connected")),
    fallbacks: new Counter({
      ...named("encoder_fallbacks_total", "Encodes that went on another way, and why"),
      labelNames: ["from", "to", "code"],
    }),
    breakerOpen: new Gauge({
      ...named("encoder_breaker_open", "1 while a way to encode rests, as it failed several times"),
      labelNames: ["step"],
    }),
    isolation: new Gauge({
      ...named("isolation", "1 where this layer around media processes was proven at the start"),
      labelNames: ["layer"],
    }),
  };
}
