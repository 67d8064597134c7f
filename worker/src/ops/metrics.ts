import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from "prom-client";

/** The figures that /metrics shows. */
export interface Metrics {
  readonly registry: Registry;
  /** `outcome`: succeeded, failed, cancelled, lost, draining; `kind` and `code` of a failure. */
  readonly jobs: Counter<"outcome" | "kind" | "code">;
  readonly running: Gauge;
  readonly stages: Histogram<"stage">;
  readonly speed: Histogram;
  readonly bytes: Counter<"direction">;
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

const stageBuckets = [0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600, 10800];
const speedBuckets = [0.1, 0.25, 0.5, 1, 2, 4, 8, 16, 32];

export function createMetrics(apiConnected: () => boolean): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const named = (name: string, help: string) => ({
    name: `framewright_worker_${name}`,
    help,
    registers,
  });
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
    stages: new Histogram({
      ...named("stage_seconds", "Wall time of each stage"),
      labelNames: ["stage"],
      buckets: stageBuckets,
    }),
    speed: new Histogram({
      ...named("encode_speed", "Media seconds encoded per wall second"),
      buckets: speedBuckets,
    }),
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
