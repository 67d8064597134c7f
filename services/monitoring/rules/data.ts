import { group } from "./rule.ts";
import { ours } from "./series.ts";

const storeOperations = "framewright_store_operation_duration_seconds_count";
const storeRequests = "framewright_worker_store_request_duration_seconds_count";
const volume = "kubelet_volume_stats";

/** A share of free bytes of volumes and of the nodes' own disks. */
function freeBelow(share: number): string {
  const local = 'fstype!~"tmpfs|overlay|squashfs|ramfs"';
  return `(${volume}_available_bytes{${ours}} / ${volume}_capacity_bytes{${ours}} < ${share})
    or (node_filesystem_avail_bytes{${local}} / node_filesystem_size_bytes{${local}} < ${share}
      and node_filesystem_readonly{${local}} == 0)`;
}

const fullSummary =
  "{{ if $labels.persistentvolumeclaim }}The volume {{ $labels.persistentvolumeclaim }}{{ else }}{{ $labels.mountpoint }} of {{ $labels.instance }}{{ end }} has {{ $value | humanizePercentage }} of its bytes left.";

/** Database, cache, broker, store and their disks. */
export const data = group("data", {
  recordings: {
    "framewright:store_errors:ratio_rate5m": `(sum(rate(${storeOperations}{result="error"}[5m])) or vector(0))
      / sum(rate(${storeOperations}[5m]))`,
    "framewright:worker_store_errors:ratio_rate5m": `(sum(rate(${storeRequests}{result="error"}[5m])) or vector(0))
      / sum(rate(${storeRequests}[5m]))`,
    "framewright:cache_hits:ratio_rate15m": `sum by (cache) (rate(framewright_cache_requests_total{result="hit"}[15m]))
      / sum by (cache) (rate(framewright_cache_requests_total[15m]))`,
    "framewright:database_query_duration_seconds:p95_5m": `histogram_quantile(0.95,
      sum by (le) (rate(framewright_database_query_duration_seconds_bucket[5m])))`,
  },
  alerts: {
    DatabaseConnectionsHigh: {
      expr: `sum(pg_stat_database_numbackends) / max(pg_settings_max_connections) > 0.8`,
      for: "10m",
      severity: "warning",
      summary: "{{ $value | humanizePercentage }} of the database's connections are taken.",
      description: "When none is left, replicas of the API that start or grow cannot connect.",
      dashboard: "storage-and-database",
    },
    DatabasePoolExhausted: {
      expr: `min_over_time(framewright_database_pool_waiting[5m]) > 0`,
      severity: "warning",
      summary:
        "Requests of {{ $labels.pod }} wait for a database connection: {{ $value }} at least, for 5 minutes.",
      description:
        "All connections of the replica are busy. Requests that wait for two seconds are answered with 503.",
      dashboard: "storage-and-database",
    },
    DatabaseSlow: {
      expr: `framewright:database_query_duration_seconds:p95_5m > 0.5`,
      for: "10m",
      severity: "warning",
      summary: "One database query in twenty takes longer than {{ $value | humanizeDuration }}.",
      description: "The API's answers and the workers' claims wait for the database.",
      dashboard: "storage-and-database",
    },
    DatabaseReplicaBehind: {
      expr: `max by (pod) (pg_replication_lag_seconds) > 60`,
      for: "5m",
      severity: "warning",
      summary: "The database replica {{ $labels.pod }} is {{ $value | humanizeDuration }} behind.",
      description: "It cannot take over without loss while it is behind.",
      dashboard: "storage-and-database",
    },
    DatabaseMemberMissing: {
      expr: `max(kube_statefulset_replicas{statefulset="postgres"} > 1)
        - (count(patroni_postgres_running == 1 and (patroni_primary == 1 or patroni_postgres_streaming == 1)) or vector(0)) > 0`,
      for: "5m",
      severity: "warning",
      summary: "{{ $value }} servers of the database do not run or do not follow.",
      description:
        "With one more failure nobody may take over, or writes have no second copy until a server is back.",
      dashboard: "storage-and-database",
    },
    StoreErrorsHigh: {
      expr: `framewright:store_errors:ratio_rate5m > 0.05 or framewright:worker_store_errors:ratio_rate5m > 0.05`,
      for: "5m",
      severity: "critical",
      summary: "{{ $value | humanizePercentage }} of the requests to the object store fail.",
      description:
        "Uploads, results and playback fail for a part of the clients, and attempts are repeated.",
      dashboard: "storage-and-database",
    },
    CacheHitsLow: {
      expr: `framewright:cache_hits:ratio_rate15m < 0.5
        and on (cache) sum by (cache) (rate(framewright_cache_requests_total[15m])) > 10`,
      for: "30m",
      severity: "warning",
      summary:
        "Only {{ $value | humanizePercentage }} of the looks into the cache {{ $labels.cache }} find something.",
      description: "Each miss is a query of the database: it works more than it needs to.",
      dashboard: "storage-and-database",
    },
    RedisMemoryHigh: {
      expr: `redis_memory_used_bytes / (redis_memory_max_bytes > 0) > 0.9`,
      for: "10m",
      severity: "warning",
      summary: "Redis uses {{ $value | humanizePercentage }} of its memory.",
      description: "At the limit it drops keys: rate limits begin to count anew.",
      dashboard: "storage-and-database",
    },
    BrokerAlarm: {
      expr: `max by (pod) (rabbitmq_alarms_free_disk_space_watermark) == 1
        or max by (pod) (rabbitmq_alarms_memory_used_watermark) == 1`,
      for: "1m",
      severity: "critical",
      summary: "The broker {{ $labels.pod }} is short of memory or disk, and takes no messages.",
      description:
        "Jobs are accepted and wait in the outbox until the broker takes messages again.",
      dashboard: "jobs",
    },
    BrokerNodeMissing: {
      expr: `max(kube_statefulset_replicas{statefulset="rabbitmq"}) - count(count by (pod) (rabbitmq_build_info)) > 0`,
      for: "10m",
      severity: "warning",
      summary: "{{ $value }} nodes of the broker's cluster do not answer.",
      description: "With one more failure the quorum queues stop.",
      dashboard: "jobs",
    },
    DiskNearlyFull: {
      expr: freeBelow(0.15),
      for: "15m",
      severity: "warning",
      summary: fullSummary,
      description: "A full disk stops the database, the broker or the pods of the node.",
      dashboard: "storage-and-database",
    },
    DiskFull: {
      expr: freeBelow(0.05),
      for: "2m",
      severity: "critical",
      summary: fullSummary,
      description: "The database, the broker or the pods of the node are about to stop.",
      dashboard: "storage-and-database",
    },
    CertificateExpiresSoon: {
      expr: `min by (instance) (probe_ssl_earliest_cert_expiry) - time() < 21 * 86400`,
      for: "1h",
      severity: "warning",
      summary: "The certificate of {{ $labels.instance }} ends in {{ $value | humanizeDuration }}.",
      description: "It should have been renewed by now.",
      dashboard: "overview",
    },
    CertificateExpires: {
      expr: `min by (instance) (probe_ssl_earliest_cert_expiry) - time() < 3 * 86400`,
      for: "10m",
      severity: "critical",
      summary: "The certificate of {{ $labels.instance }} ends in {{ $value | humanizeDuration }}.",
      description: "After that clients refuse the connection.",
      dashboard: "overview",
    },
  },
});
