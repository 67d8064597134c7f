interface Exporter {
  /** Where its metrics are listed or made. */
  readonly source: string;
  readonly metrics: readonly string[];
}

/** Metrics of others that rules and panels use: who exports them must have these names. */
const exporters = {
  programs: {
    source: "https://github.com/siimon/prom-client, lib/defaultMetrics.js",
    metrics: [
      "nodejs_eventloop_lag_p99_seconds",
      "process_cpu_seconds_total",
      "process_resident_memory_bytes",
    ],
  },
  prometheus: {
    source: "https://prometheus.io/docs/prometheus/latest/getting_started, its own /metrics",
    metrics: [
      "up",
      "ALERTS",
      "prometheus_rule_evaluation_failures_total",
      "prometheus_notifications_dropped_total",
    ],
  },
  alertmanager: {
    source: "https://github.com/prometheus/alertmanager, notify/notify.go",
    metrics: ["alertmanager_notifications_failed_total"],
  },
  "kube-state-metrics": {
    source: "https://github.com/kubernetes/kube-state-metrics/tree/main/docs/metrics",
    metrics: [
      "kube_cronjob_created",
      "kube_cronjob_spec_suspend",
      "kube_cronjob_status_last_successful_time",
      "kube_deployment_spec_replicas",
      "kube_deployment_status_replicas_available",
      "kube_horizontalpodautoscaler_spec_max_replicas",
      "kube_horizontalpodautoscaler_status_current_replicas",
      "kube_job_status_failed",
      "kube_persistentvolumeclaim_status_phase",
      "kube_pod_container_status_restarts_total",
      "kube_statefulset_replicas",
      "kube_statefulset_status_replicas_ready",
    ],
  },
  kubelet: {
    source: "https://kubernetes.io/docs/reference/instrumentation/metrics (kubelet_volume_stats_*)",
    metrics: ["kubelet_volume_stats_available_bytes", "kubelet_volume_stats_capacity_bytes"],
  },
  "node-exporter": {
    source: "https://github.com/prometheus/node_exporter, collector/filesystem_common.go",
    metrics: [
      "node_filesystem_avail_bytes",
      "node_filesystem_readonly",
      "node_filesystem_size_bytes",
    ],
  },
  rabbitmq: {
    source:
      "https://github.com/rabbitmq/rabbitmq-server/blob/main/deps/rabbitmq_prometheus/metrics.md",
    metrics: [
      "rabbitmq_alarms_free_disk_space_watermark",
      "rabbitmq_alarms_memory_used_watermark",
      "rabbitmq_build_info",
    ],
  },
  "postgres-exporter": {
    source: "https://github.com/prometheus-community/postgres_exporter, collector/",
    metrics: [
      "pg_database_size_bytes",
      "pg_replication_lag_seconds",
      "pg_settings_max_connections",
      "pg_stat_archiver_archived_count",
      "pg_stat_archiver_failed_count",
      "pg_stat_database_numbackends",
    ],
  },
  patroni: {
    source: "https://patroni.readthedocs.io/en/latest/rest_api.html#monitoring-endpoint",
    metrics: [
      "patroni_postgres_running",
      "patroni_postgres_streaming",
      "patroni_primary",
      "patroni_sync_standby",
    ],
  },
  "redis-exporter": {
    source: "https://github.com/oliver006/redis_exporter, exporter/exporter.go",
    metrics: ["redis_memory_max_bytes", "redis_memory_used_bytes"],
  },
  "blackbox-exporter": {
    source: "https://github.com/prometheus/blackbox_exporter, prober/http.go",
    metrics: ["probe_ssl_earliest_cert_expiry"],
  },
  keda: {
    source: "https://keda.sh/docs/latest/integrations/prometheus",
    metrics: ["keda_scaler_detail_errors_total"],
  },
} as const satisfies Record<string, Exporter>;

export const exporterMetrics: ReadonlySet<string> = new Set(
  Object.values(exporters).flatMap(({ metrics }) => metrics),
);
