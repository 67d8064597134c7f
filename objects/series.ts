/** A value of one series. */
export interface Sample {
  readonly name: SeriesName;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

interface Series {
  readonly type?: "counter";
  readonly help: string;
  /** Beside `namespace`. */
  readonly labels: readonly string[];
}

const deployment = ["deployment"];
const statefulset = ["statefulset"];
const daemonset = ["daemonset"];
const autoscaler = ["horizontalpodautoscaler"];
const job = ["job_name"];
const cronjob = ["cronjob"];
const claim = ["persistentvolumeclaim"];
const pod = ["pod", "uid"];
const container = [...pod, "container"];

/**
 * The series that there are: some of those of kube-state-metrics, by the same names and with the same labels, so that rules and
 * dashboards work with either. https://github.com/kubernetes/kube-state-metrics/tree/main/docs/metrics
 */
export const series = {
  kube_deployment_spec_replicas: { help: "Pods that are wanted", labels: deployment },
  kube_deployment_status_replicas: { help: "Pods", labels: deployment },
  kube_deployment_status_replicas_ready: { help: "Pods that are ready", labels: deployment },
  kube_deployment_status_replicas_available: {
    help: "Pods that are available",
    labels: deployment,
  },
  kube_deployment_status_replicas_unavailable: {
    help: "Pods that are not available",
    labels: deployment,
  },
  kube_deployment_status_replicas_updated: {
    help: "Pods of the newest template",
    labels: deployment,
  },
  kube_deployment_metadata_generation: { help: "Number of the newest spec", labels: deployment },
  kube_deployment_status_observed_generation: {
    help: "Number of the spec that the controller has seen",
    labels: deployment,
  },
  kube_statefulset_replicas: { help: "Pods that are wanted", labels: statefulset },
  kube_statefulset_status_replicas: { help: "Pods", labels: statefulset },
  kube_statefulset_status_replicas_ready: { help: "Pods that are ready", labels: statefulset },
  kube_statefulset_status_replicas_available: {
    help: "Pods that are available",
    labels: statefulset,
  },
  kube_statefulset_status_replicas_updated: {
    help: "Pods of the newest template",
    labels: statefulset,
  },
  kube_daemonset_status_desired_number_scheduled: {
    help: "Nodes that should run the pod",
    labels: daemonset,
  },
  kube_daemonset_status_current_number_scheduled: {
    help: "Nodes that run the pod and should",
    labels: daemonset,
  },
  kube_daemonset_status_number_ready: {
    help: "Nodes on which the pod is ready",
    labels: daemonset,
  },
  kube_daemonset_status_number_available: {
    help: "Nodes on which the pod is available",
    labels: daemonset,
  },
  kube_daemonset_status_number_unavailable: {
    help: "Nodes on which the pod is not available",
    labels: daemonset,
  },
  kube_horizontalpodautoscaler_spec_min_replicas: { help: "Lower bound", labels: autoscaler },
  kube_horizontalpodautoscaler_spec_max_replicas: { help: "Upper bound", labels: autoscaler },
  kube_horizontalpodautoscaler_status_current_replicas: { help: "Pods", labels: autoscaler },
  kube_horizontalpodautoscaler_status_desired_replicas: {
    help: "Pods that the autoscaler wants",
    labels: autoscaler,
  },
  kube_horizontalpodautoscaler_status_condition: {
    help: "1 for what a condition is, 0 for what it is not",
    labels: [...autoscaler, "condition", "status"],
  },
  kube_job_status_active: { help: "Pods that run", labels: job },
  kube_job_status_succeeded: { help: "Pods that succeeded", labels: job },
  kube_job_status_failed: { help: "Pods that failed", labels: job },
  kube_job_status_start_time: { help: "When it started, in seconds since 1970", labels: job },
  kube_job_status_completion_time: {
    help: "When it completed, in seconds since 1970",
    labels: job,
  },
  kube_job_complete: { help: "Whether it completed", labels: [...job, "condition"] },
  kube_job_failed: { help: "Whether it failed", labels: [...job, "condition"] },
  kube_job_owner: {
    help: "What made the job",
    labels: [...job, "owner_kind", "owner_name", "owner_is_controller"],
  },
  kube_cronjob_created: {
    help: "When it was made itself, in seconds since 1970",
    labels: cronjob,
  },
  kube_cronjob_spec_suspend: { help: "Whether it is suspended", labels: cronjob },
  kube_cronjob_status_active: { help: "Jobs that run", labels: cronjob },
  kube_cronjob_status_last_schedule_time: {
    help: "When a job was made last, in seconds since 1970",
    labels: cronjob,
  },
  kube_cronjob_status_last_successful_time: {
    help: "When a job completed last, in seconds since 1970",
    labels: cronjob,
  },
  kube_persistentvolumeclaim_status_phase: {
    help: "1 for the phase that it is in, 0 for the others",
    labels: [...claim, "phase"],
  },
  kube_persistentvolumeclaim_resource_requests_storage_bytes: {
    help: "Size that is asked for",
    labels: claim,
  },
  kube_pod_info: {
    help: "What a pod is",
    labels: [...pod, "node", "pod_ip", "host_ip", "created_by_kind", "created_by_name"],
  },
  kube_pod_status_phase: {
    help: "1 for the phase that it is in, 0 for the others",
    labels: [...pod, "phase"],
  },
  kube_pod_status_ready: {
    help: "1 for what the condition Ready is, 0 for what it is not",
    labels: [...pod, "condition"],
  },
  kube_pod_container_status_ready: { help: "Whether a container is ready", labels: container },
  kube_pod_container_status_restarts_total: {
    type: "counter",
    help: "Restarts of a container",
    labels: container,
  },
  kube_pod_container_status_waiting_reason: {
    help: "Why a container waits",
    labels: [...container, "reason"],
  },
  kube_pod_container_status_last_terminated_reason: {
    help: "Why a container ended last time",
    labels: [...container, "reason"],
  },
} as const satisfies Record<string, Series>;

export type SeriesName = keyof typeof series;

export function isSeriesName(name: string): name is SeriesName {
  return Object.hasOwn(series, name);
}

/** The table as plain data, in which a row may be a counter. */
export const seriesRows: readonly (readonly [SeriesName, Series])[] = Object.keys(series)
  .filter(isSeriesName)
  .map((name) => [name, series[name]] as const);
