import type { Cases } from "./case.ts";

const store = (result: string) =>
  `framewright_store_operation_duration_seconds_count{operation="get-object",result="${result}",pod="api-1"}`;
const workerStore = (result: string) =>
  `framewright_worker_store_request_duration_seconds_count{operation="put",result="${result}",pod="w-1"}`;
const cache = (result: string) =>
  `framewright_cache_requests_total{cache="client-keys",result="${result}",pod="api-1"}`;
const query = (le: string) =>
  `framewright_database_query_duration_seconds_bucket{operation="select",result="ok",le="${le}"}`;
const server = (name: string, kind: string) =>
  `patroni_${kind}{scope="postgres",name="${name}",pod="${name}"}`;
/** One that writes, and others that follow or do not. */
function members(...streaming: readonly string[]) {
  const first = "postgres-0";
  const others = streaming.map((_, at) => `postgres-${at + 1}`);
  return {
    [server(first, "postgres_running")]: "1x20",
    [server(first, "primary")]: "1x20",
    [server(first, "postgres_streaming")]: "0x20",
    ...Object.fromEntries(
      others.flatMap((name, at) => [
        [server(name, "postgres_running"), "1x20"],
        [server(name, "primary"), "0x20"],
        [server(name, "postgres_streaming"), streaming[at] ?? ""],
      ]),
    ),
  };
}
const servers = (count: number) => ({
  'kube_statefulset_replicas{statefulset="postgres"}': `${count}x20`,
});
export const dataCases = {
  DatabaseConnectionsHigh: {
    firing: [
      {
        series: {
          'pg_stat_database_numbackends{datname="framewright"}': "85x20",
          'pg_stat_database_numbackends{datname="postgres"}': "5x20",
          pg_settings_max_connections: "100x20",
        },
        at: "11m",
        fires: [{ summary: "90% of the database's connections are taken." }],
      },
    ],
    quiet: [
      {
        series: {
          'pg_stat_database_numbackends{datname="framewright"}': "80x20",
          pg_settings_max_connections: "100x20",
        },
        at: "20m",
      },
    ],
  },
  DatabasePoolExhausted: {
    firing: [
      {
        series: { 'framewright_database_pool_waiting{pod="api-1"}': "4 3 2 3 4 5x10" },
        at: "5m",
        fires: [
          {
            labels: { pod: "api-1" },
            summary: "Requests of api-1 wait for a database connection: 2 at least, for 5 minutes.",
          },
        ],
      },
    ],
    quiet: [
      { series: { 'framewright_database_pool_waiting{pod="api-1"}': "4 3 0 3 4 5x10" }, at: "5m" },
    ],
  },
  DatabaseSlow: {
    firing: [
      {
        series: { [query("0.5")]: "0x30", [query("1")]: "0+100x30", [query("+Inf")]: "0+100x30" },
        at: "17m",
        fires: [{ summary: "One database query in twenty takes longer than 975ms." }],
      },
    ],
    quiet: [
      {
        series: { [query("0.1")]: "0+100x30", [query("+Inf")]: "0+100x30" },
        at: "30m",
      },
    ],
  },
  DatabaseReplicaBehind: {
    firing: [
      {
        series: { 'pg_replication_lag_seconds{pod="postgres-1"}': "90x20" },
        at: "6m",
        fires: [
          {
            labels: { pod: "postgres-1" },
            summary: "The database replica postgres-1 is 1m 30s behind.",
          },
        ],
      },
    ],
    quiet: [{ series: { 'pg_replication_lag_seconds{pod="postgres-1"}': "5x20" }, at: "20m" }],
  },
  DatabaseMemberMissing: {
    firing: [
      {
        series: { ...servers(3), ...members("1x20") },
        at: "6m",
        fires: [{ summary: "1 servers of the database do not run or do not follow." }],
      },
      {
        series: { ...servers(3), ...members("1x20", "1 0x20") },
        at: "7m",
        fires: [{ summary: "1 servers of the database do not run or do not follow." }],
      },
      {
        series: servers(3),
        at: "6m",
        fires: [{ summary: "3 servers of the database do not run or do not follow." }],
      },
    ],
    quiet: [
      { series: { ...servers(3), ...members("1x20", "1x20") }, at: "20m" },
      // Away while it is rolled.
      { series: { ...servers(3), ...members("1x20", "1 0 0 0 1x16") }, at: "20m" },
      // One by itself has no members.
      { series: servers(1), at: "20m" },
    ],
  },
  StoreErrorsHigh: {
    firing: [
      {
        series: { [store("ok")]: "0+90x20", [store("error")]: "0+10x20" },
        at: "11m",
        fires: [{ summary: "10% of the requests to the object store fail." }],
      },
      {
        series: { [workerStore("ok")]: "0+80x20", [workerStore("error")]: "0+20x20" },
        at: "11m",
        fires: [{ summary: "20% of the requests to the object store fail." }],
      },
    ],
    quiet: [
      // A file that is not there is an answer.
      { series: { [store("ok")]: "0+90x20", [store("refused")]: "0+10x20" }, at: "20m" },
      { series: { [store("ok")]: "0+99x20", [store("error")]: "0+1x20" }, at: "20m" },
    ],
  },
  CacheHitsLow: {
    firing: [
      {
        series: { [cache("hit")]: "0+300x60", [cache("miss")]: "0+900x60" },
        at: "50m",
        fires: [
          {
            labels: { cache: "client-keys" },
            summary: "Only 25% of the looks into the cache client-keys find something.",
          },
        ],
      },
    ],
    quiet: [
      { series: { [cache("hit")]: "0+900x60", [cache("miss")]: "0+300x60" }, at: "60m" },
      // Seldom used, so that what it knew is old by then.
      { series: { [cache("hit")]: "0x60", [cache("miss")]: "0+60x60" }, at: "60m" },
    ],
  },
  RedisMemoryHigh: {
    firing: [
      {
        series: {
          'redis_memory_used_bytes{pod="redis-0"}': "95x20",
          'redis_memory_max_bytes{pod="redis-0"}': "100x20",
        },
        at: "11m",
        fires: [{ labels: { pod: "redis-0" }, summary: "Redis uses 95% of its memory." }],
      },
    ],
    quiet: [
      {
        series: {
          'redis_memory_used_bytes{pod="redis-0"}': "95x20",
          'redis_memory_max_bytes{pod="redis-0"}': "0x20",
        },
        at: "20m",
      },
    ],
  },
  BrokerAlarm: {
    firing: [
      {
        series: {
          'rabbitmq_alarms_free_disk_space_watermark{pod="rabbitmq-0"}': "1x10",
          'rabbitmq_alarms_memory_used_watermark{pod="rabbitmq-0"}': "0x10",
        },
        at: "2m",
        fires: [
          {
            labels: { pod: "rabbitmq-0" },
            summary: "The broker rabbitmq-0 is short of memory or disk, and takes no messages.",
          },
        ],
      },
    ],
    quiet: [
      {
        series: {
          'rabbitmq_alarms_free_disk_space_watermark{pod="rabbitmq-0"}': "0x10",
          'rabbitmq_alarms_memory_used_watermark{pod="rabbitmq-0"}': "0x10",
        },
        at: "10m",
      },
    ],
  },
  BrokerNodeMissing: {
    firing: [
      {
        series: {
          'kube_statefulset_replicas{statefulset="rabbitmq"}': "3x20",
          'rabbitmq_build_info{pod="rabbitmq-0"}': "1x20",
          'rabbitmq_build_info{pod="rabbitmq-1",job="rabbitmq"}': "1x20",
          'rabbitmq_build_info{pod="rabbitmq-1",job="rabbitmq-queues"}': "1x20",
        },
        at: "11m",
        fires: [{ summary: "1 nodes of the broker's cluster do not answer." }],
      },
    ],
    quiet: [
      {
        series: {
          'kube_statefulset_replicas{statefulset="rabbitmq"}': "1x20",
          'rabbitmq_build_info{pod="rabbitmq-0"}': "1x20",
        },
        at: "20m",
      },
    ],
  },
} as const satisfies Cases;
