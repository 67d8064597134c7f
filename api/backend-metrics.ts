import { Counter, Gauge, Histogram, type Registry } from "prom-client";

/** Connections of a pool at this moment. */
export interface PoolState {
  readonly totalCount: number;
  readonly idleCount: number;
  readonly waitingCount: number;
}

export interface PoolFigures {
  readonly state: PoolState;
  readonly limit: number;
}

/** What a statement does; `other` is what only an administrator writes. */
export type DatabaseOperation = "select" | "insert" | "update" | "delete" | "other";

/** The database as its clients see it; API and sender have the same figures. */
export function databaseMetrics(registers: Registry[]) {
  let pool: PoolFigures | undefined;
  const connections = new Gauge({
    name: "framewright_database_connections",
    help: "Connections of the pool that work (busy) or wait for work (idle)",
    labelNames: ["state"],
    registers,
    collect() {
      const { totalCount = 0, idleCount = 0 } = pool?.state ?? {};
      this.set({ state: "busy" }, totalCount - idleCount);
      this.set({ state: "idle" }, idleCount);
    },
  });
  new Gauge({
    name: "framewright_database_connections_max",
    help: "Connections that the pool may have",
    registers,
    collect() {
      this.set(pool?.limit ?? 0);
    },
  });
  new Gauge({
    name: "framewright_database_pool_waiting",
    help: "Callers that wait for a connection of the pool",
    registers,
    collect() {
      this.set(pool?.state.waitingCount ?? 0);
    },
  });
  return {
    connections,
    /** The pool whose state the gauges show. */
    watchPool: (figures: PoolFigures): void => {
      pool = figures;
    },
    queryDuration: new Histogram({
      name: "framewright_database_query_duration_seconds",
      help: "Time of a statement, from when it was sent to its last row; result: ok, refused (the database says no) or away",
      labelNames: ["operation", "result"],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
      registers,
    }),
  };
}
export type DatabaseMetrics = ReturnType<typeof databaseMetrics>;

export function storeMetrics(registers: Registry[]) {
  return {
    storeDuration: new Histogram({
      name: "framewright_store_operation_duration_seconds",
      help: "Time of a request to the object store, to the head of its answer; result: ok, refused (4xx) or error",
      labelNames: ["operation", "result"],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers,
    }),
    storeBytes: new Counter({
      name: "framewright_store_bytes_total",
      help: "Bytes of objects that went through the API to the object store (up) and from it (down)",
      labelNames: ["direction"],
      registers,
    }),
  };
}
export type StoreMetrics = ReturnType<typeof storeMetrics>;

/** What is remembered in the API's own memory. */
export type CacheName = "client-keys" | "worker-keys" | "tokens" | "published-attempts";

export function cacheMetrics(registers: Registry[]) {
  return {
    cacheRequests: new Counter({
      name: "framewright_cache_requests_total",
      help: "Looks into what the API remembers, by cache and result: hit or miss",
      labelNames: ["cache", "result"],
      registers,
    }),
  };
}
export type CacheMetrics = ReturnType<typeof cacheMetrics>;

/** Told of each look whether it found something. */
export type OnLook = (hit: boolean) => void;

export function lookCounter({ cacheRequests }: CacheMetrics, cache: CacheName): OnLook {
  return (hit) => {
    cacheRequests.inc({ cache, result: hit ? "hit" : "miss" });
  };
}
