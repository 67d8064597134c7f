import { group } from "./rule.ts";
import { ours, scrapeJobs } from "./series.ts";

/** `dependency` is a row of the API's readiness. */
function awayFor(dependency: string): string {
  return `max(framewright_dependency_up{dependency="${dependency}"}) == 0`;
}

/** Whether what should run does. */
export const availability = group("availability", {
  alerts: {
    ApiDown: {
      expr: `absent(up{job="${scrapeJobs.api}"} == 1)`,
      for: "1m",
      severity: "critical",
      summary: "No replica of the API answers.",
      description:
        "Clients cannot submit jobs, and players cannot play. Running encodes go on, but their results cannot be reported: after a lease without the API they begin again.",
      dashboard: "overview",
    },
    ServiceDown: {
      // Workers may wait longer for a node; what matters of them is in JobsWithoutWorkers.
      expr: `kube_deployment_status_replicas_available{${ours},namespace!="framewright-workers"} == 0
        and on (namespace, deployment) kube_deployment_spec_replicas{${ours}} > 0`,
      for: "5m",
      severity: "critical",
      summary: "No pod of {{ $labels.deployment }} in {{ $labels.namespace }} is available.",
      description: "What the Deployment does, nobody does now.",
      dashboard: "overview",
    },
    StatefulServiceDown: {
      expr: `kube_statefulset_status_replicas_ready{${ours}} == 0
        and on (namespace, statefulset) kube_statefulset_replicas{${ours}} > 0`,
      for: "2m",
      severity: "critical",
      summary: "No pod of {{ $labels.statefulset }} in {{ $labels.namespace }} is ready.",
      description:
        "A database, a broker, a cache or a store does not run. The API's readiness says which of them its requests need.",
      dashboard: "overview",
    },
    ReplicasMissing: {
      expr: `kube_deployment_spec_replicas{${ours}}
        - on (namespace, deployment) kube_deployment_status_replicas_available{${ours}} > 0`,
      for: "15m",
      severity: "warning",
      summary:
        "{{ $value }} pods of {{ $labels.deployment }} in {{ $labels.namespace }} are missing.",
      description:
        "Fewer pods run than should: there is no room for them, their image cannot be pulled, or they are not ready.",
      dashboard: "overview",
    },
    PodCrashLoop: {
      expr: `sum by (namespace, pod, container)
        (increase(kube_pod_container_status_restarts_total{${ours},namespace!="framewright-workers"}[15m])) > 3`,
      severity: "warning",
      summary:
        "Container {{ $labels.container }} of {{ $labels.namespace }}/{{ $labels.pod }} restarts again and again.",
      description:
        "It ends soon after each start. The kubelet waits longer each time, up to five minutes.",
      dashboard: "overview",
    },
    WorkerCrashLoop: {
      expr: `sum by (namespace, pod)
        (increase(kube_pod_container_status_restarts_total{namespace="framewright-workers"}[15m])) > 3`,
      severity: "critical",
      summary: "Worker {{ $labels.pod }} restarts again and again.",
      description:
        "Each restart loses the attempts that the worker had. A job whose attempts are lost five times fails.",
      dashboard: "jobs",
    },
    DatabaseAway: {
      expr: awayFor("database"),
      for: "1m",
      severity: "critical",
      summary: "No replica of the API reaches the database.",
      description:
        "The API answers every request with 503. Workers keep encoding, and report when the database is back.",
      dashboard: "storage-and-database",
    },
    ObjectStoreAway: {
      expr: awayFor("objectStore"),
      for: "2m",
      severity: "critical",
      summary: "No replica of the API reaches the object store.",
      description:
        "Nothing can be uploaded, encoded or played. Attempts fail as transient and are repeated.",
      dashboard: "storage-and-database",
    },
    BrokerAway: {
      expr: awayFor("broker"),
      for: "2m",
      severity: "critical",
      summary: "No replica of the API is connected to the broker.",
      description:
        "Jobs are accepted and wait in the outbox. Workers in the cluster learn of none until the broker is back; nothing is lost.",
      dashboard: "jobs",
    },
    RedisAway: {
      expr: awayFor("redis"),
      for: "5m",
      severity: "warning",
      summary: "No replica of the API reaches Redis.",
      description:
        "Rate limits count per replica, and event streams poll the database. Everything works, with more load on the database.",
      dashboard: "storage-and-database",
    },
    MigrationFailed: {
      expr: `max by (namespace, job_name) (kube_job_status_failed{namespace="framewright-api",job_name=~".*migrat.*"}) > 0`,
      severity: "critical",
      summary: "The database migration {{ $labels.job_name }} failed.",
      description:
        "The deployment stops here. The version before goes on serving; the new one is not ready without its schema.",
      dashboard: "storage-and-database",
    },
    VolumeNotBound: {
      expr: `max by (namespace, persistentvolumeclaim)
        (kube_persistentvolumeclaim_status_phase{${ours},phase=~"Pending|Lost"}) == 1`,
      for: "15m",
      severity: "warning",
      summary:
        "The volume {{ $labels.namespace }}/{{ $labels.persistentvolumeclaim }} is not bound.",
      description: "The pod that needs the volume cannot start.",
      dashboard: "overview",
    },
    AutoscalerAtMaximum: {
      expr: `kube_horizontalpodautoscaler_status_current_replicas{${ours}}
        >= on (namespace, horizontalpodautoscaler) kube_horizontalpodautoscaler_spec_max_replicas{${ours}} > 1`,
      for: "1h",
      severity: "warning",
      summary:
        "{{ $labels.horizontalpodautoscaler }} in {{ $labels.namespace }} has been at its maximum of {{ $value }} pods for an hour.",
      description: "More load does not bring more pods now: queues grow and answers get slower.",
      dashboard: "overview",
    },
    AutoscalerErrors: {
      expr: "sum by (scaledObject, scaler) (increase(keda_scaler_detail_errors_total[10m])) > 5",
      for: "5m",
      severity: "warning",
      summary: "KEDA cannot read {{ $labels.scaler }} for {{ $labels.scaledObject }}.",
      description: "The number of workers stays as it is, whatever the queue holds.",
      dashboard: "jobs",
    },
  },
});
