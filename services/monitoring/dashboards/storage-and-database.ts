import { figure, lines, quantiles, type Dashboard } from "./dashboard.ts";

const store = "framewright_store_operation_duration_seconds";
const workerStore = "framewright_worker_store_request_duration_seconds";
const query = "framewright_database_query_duration_seconds";

/** Seed 002, "Storage & Database Dashboard". */
export const storageAndDatabase: Dashboard = {
  name: "storage-and-database",
  title: "Framewright: storage and database",
  description: "The object store, the database, the caches, and the disks under them",
  rows: [
    {
      title: "Now",
      panels: [
        figure(
          "Requests to the store that fail",
          "percentunit",
          "framewright:store_errors:ratio_rate5m",
        ),
        figure(
          "Bytes of workers to the store",
          "Bps",
          'sum(rate(framewright_worker_bytes_total{direction="up"}[5m]))',
        ),
        figure("Database queries, 95 %", "s", "framewright:database_query_duration_seconds:p95_5m"),
        figure(
          "Database connections",
          "percentunit",
          "sum(pg_stat_database_numbackends) / max(pg_settings_max_connections)",
        ),
        figure(
          "Cache hits",
          "percentunit",
          'sum(rate(framewright_cache_requests_total{result="hit"}[15m])) / sum(rate(framewright_cache_requests_total[15m]))',
        ),
      ],
    },
    {
      title: "Object store",
      panels: [
        lines("Requests of the API", "ops", [
          {
            expr: `sum by (operation, result) (rate(${store}_count[5m]))`,
            legend: "{{operation}} {{result}}",
          },
        ]),
        lines(
          "Time of the API's requests, 95 %",
          "s",
          quantiles(`${store}_bucket`, { by: ["operation"], of: [0.95] }),
        ),
        lines("Bytes through the API", "Bps", [
          {
            expr: "sum by (direction) (rate(framewright_store_bytes_total[5m]))",
            legend: "{{direction}}",
          },
        ]),
        lines("Files of workers", "ops", [
          {
            expr: `sum by (operation, result) (rate(${workerStore}_count[5m]))`,
            legend: "{{operation}} {{result}}",
          },
        ]),
        lines(
          "Time of workers' files, 95 %",
          "s",
          quantiles(`${workerStore}_bucket`, { by: ["operation"], of: [0.95] }),
        ),
        lines("Bytes of workers", "Bps", [
          {
            expr: "sum by (direction) (rate(framewright_worker_bytes_total[5m]))",
            legend: "{{direction}}",
          },
        ]),
        lines("Files deleted", "ops", [
          { expr: "sum(rate(framewright_objects_deleted_total[5m]))", legend: "objects" },
        ]),
      ],
    },
    {
      title: "Database",
      panels: [
        lines("Queries", "ops", [
          {
            expr: `sum by (operation, result) (rate(${query}_count[5m]))`,
            legend: "{{operation}} {{result}}",
          },
        ]),
        lines("Time of queries", "s", quantiles(`${query}_bucket`)),
        lines(
          "Time of queries by verb, 95 %",
          "s",
          quantiles(`${query}_bucket`, { by: ["operation"], of: [0.95] }),
        ),
        lines("Connections of the programs", "short", [
          {
            expr: "sum by (job, state) (framewright_database_connections)",
            legend: "{{job}} {{state}}",
          },
          {
            expr: "sum by (job) (framewright_database_connections_max)",
            legend: "{{job}} may have",
          },
        ]),
        lines("Callers that wait for a connection", "short", [
          { expr: "max by (pod) (framewright_database_pool_waiting)", legend: "{{pod}}" },
        ]),
        lines("Connections of the server", "short", [
          { expr: "sum by (datname) (pg_stat_database_numbackends)", legend: "{{datname}}" },
          { expr: "max(pg_settings_max_connections)", legend: "limit" },
        ]),
        lines("Size", "bytes", [
          { expr: "max by (datname) (pg_database_size_bytes)", legend: "{{datname}}" },
        ]),
        lines("Servers that write or follow", "short", [
          { expr: "sum(patroni_primary)", legend: "writes" },
          { expr: "sum(patroni_postgres_streaming)", legend: "follow" },
          { expr: "sum(patroni_sync_standby)", legend: "have every acknowledged row" },
        ]),
        lines("Replicas behind", "s", [
          { expr: "max by (pod) (pg_replication_lag_seconds)", legend: "{{pod}}" },
        ]),
      ],
    },
    {
      title: "Caches and disks",
      panels: [
        lines("Hits", "percentunit", [
          { expr: "framewright:cache_hits:ratio_rate15m", legend: "{{cache}}" },
        ]),
        lines("Memory of Redis", "bytes", [
          { expr: "max(redis_memory_used_bytes)", legend: "used" },
          { expr: "max(redis_memory_max_bytes)", legend: "limit" },
        ]),
        lines("Redis commands that failed", "ops", [
          { expr: "sum(rate(framewright_redis_errors_total[5m]))", legend: "commands" },
        ]),
        lines("Free space of volumes", "percentunit", [
          {
            expr: "min by (namespace, persistentvolumeclaim) (kubelet_volume_stats_available_bytes / kubelet_volume_stats_capacity_bytes)",
            legend: "{{namespace}} {{persistentvolumeclaim}}",
          },
        ]),
      ],
    },
  ],
};
