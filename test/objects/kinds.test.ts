import { expect, test } from "vitest";
import { kinds } from "../../objects/kinds.ts";
import { bytesOf } from "../../objects/kinds/quantity.ts";
import { series, type Sample } from "../../objects/series.ts";
import { objects } from "./sample-objects.ts";

function told(resource: string): string[] {
  const row = kinds.find((kind) => kind.resource === resource);
  if (row === undefined) throw new RangeError(`there is no kind ${resource}`);
  return row.samplesOf(objects[resource]).map(textOf);
}

/** As Prometheus' text format has it. */
function textOf({ name, labels, value }: Sample): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${text}"`);
  return `${name}{${pairs.join(",")}} ${value}`;
}

test("a Deployment whose one pod is not there yet", () => {
  expect(told("deployments")).toEqual([
    'kube_deployment_spec_replicas{namespace="a",deployment="api"} 3',
    'kube_deployment_status_replicas{namespace="a",deployment="api"} 3',
    'kube_deployment_status_replicas_ready{namespace="a",deployment="api"} 2',
    'kube_deployment_status_replicas_available{namespace="a",deployment="api"} 2',
    'kube_deployment_status_replicas_unavailable{namespace="a",deployment="api"} 1',
    'kube_deployment_status_replicas_updated{namespace="a",deployment="api"} 0',
    'kube_deployment_metadata_generation{namespace="a",deployment="api"} 7',
    'kube_deployment_status_observed_generation{namespace="a",deployment="api"} 6',
  ]);
});

test("a StatefulSet and a DaemonSet", () => {
  expect(told("statefulsets")).toContain(
    'kube_statefulset_status_replicas_ready{namespace="a",statefulset="postgres"} 0',
  );
  expect(told("daemonsets")).toContain(
    'kube_daemonset_status_number_unavailable{namespace="a",daemonset="agent"} 1',
  );
});

test("an autoscaler at its bound", () => {
  expect(told("horizontalpodautoscalers")).toEqual([
    'kube_horizontalpodautoscaler_spec_min_replicas{namespace="a",horizontalpodautoscaler="api"} 2',
    'kube_horizontalpodautoscaler_spec_max_replicas{namespace="a",horizontalpodautoscaler="api"} 5',
    'kube_horizontalpodautoscaler_status_current_replicas{namespace="a",horizontalpodautoscaler="api"} 5',
    'kube_horizontalpodautoscaler_status_desired_replicas{namespace="a",horizontalpodautoscaler="api"} 5',
    'kube_horizontalpodautoscaler_status_condition{namespace="a",horizontalpodautoscaler="api",condition="ScalingLimited",status="true"} 1',
    'kube_horizontalpodautoscaler_status_condition{namespace="a",horizontalpodautoscaler="api",condition="ScalingLimited",status="false"} 0',
    'kube_horizontalpodautoscaler_status_condition{namespace="a",horizontalpodautoscaler="api",condition="ScalingLimited",status="unknown"} 0',
  ]);
});

test("a Job that failed, and the CronJob that made it", () => {
  expect(told("jobs")).toEqual([
    'kube_job_status_active{namespace="a",job_name="backup-1"} 0',
    'kube_job_status_succeeded{namespace="a",job_name="backup-1"} 0',
    'kube_job_status_failed{namespace="a",job_name="backup-1"} 4',
    'kube_job_status_start_time{namespace="a",job_name="backup-1"} 1767225600',
    'kube_job_failed{namespace="a",job_name="backup-1",condition="true"} 1',
    'kube_job_failed{namespace="a",job_name="backup-1",condition="false"} 0',
    'kube_job_failed{namespace="a",job_name="backup-1",condition="unknown"} 0',
    'kube_job_owner{namespace="a",job_name="backup-1",owner_kind="CronJob",owner_name="backup",owner_is_controller="true"} 1',
  ]);
  expect(told("cronjobs")).toEqual([
    'kube_cronjob_created{namespace="a",cronjob="backup"} 1767225600',
    'kube_cronjob_spec_suspend{namespace="a",cronjob="backup"} 0',
    'kube_cronjob_status_active{namespace="a",cronjob="backup"} 1',
    'kube_cronjob_status_last_schedule_time{namespace="a",cronjob="backup"} 1767225600',
  ]);
});

test("a claim that waits for its volume", () => {
  expect(told("persistentvolumeclaims")).toEqual([
    'kube_persistentvolumeclaim_status_phase{namespace="a",persistentvolumeclaim="data-0",phase="Pending"} 1',
    'kube_persistentvolumeclaim_status_phase{namespace="a",persistentvolumeclaim="data-0",phase="Bound"} 0',
    'kube_persistentvolumeclaim_status_phase{namespace="a",persistentvolumeclaim="data-0",phase="Lost"} 0',
    'kube_persistentvolumeclaim_resource_requests_storage_bytes{namespace="a",persistentvolumeclaim="data-0"} 21474836480',
  ]);
});

test("a pod whose container crashes again and again", () => {
  expect(told("pods").filter((line) => !line.endsWith(" 0"))).toEqual([
    'kube_pod_info{namespace="a",pod="worker-1",uid="u-1",node="n1",pod_ip="10.1.1.1",host_ip="10.1.0.1",created_by_kind="ReplicaSet",created_by_name="worker-abc"} 1',
    'kube_pod_status_phase{namespace="a",pod="worker-1",uid="u-1",phase="Running"} 1',
    'kube_pod_status_ready{namespace="a",pod="worker-1",uid="u-1",condition="false"} 1',
    'kube_pod_container_status_restarts_total{namespace="a",pod="worker-1",uid="u-1",container="worker"} 5',
    'kube_pod_container_status_waiting_reason{namespace="a",pod="worker-1",uid="u-1",container="worker",reason="CrashLoopBackOff"} 1',
    'kube_pod_container_status_last_terminated_reason{namespace="a",pod="worker-1",uid="u-1",container="worker",reason="Error"} 1',
  ]);
});

test("every sample has exactly the labels of its series", () => {
  const all = kinds.flatMap(({ resource, samplesOf }) => samplesOf(objects[resource]));
  for (const { name, labels } of all) {
    expect(Object.keys(labels).toSorted(), name).toEqual(
      ["namespace", ...series[name].labels].toSorted(),
    );
  }
});

test.each([
  ["20Gi", 20 * 2 ** 30],
  ["500M", 5e8],
  ["1024", 1024],
])("%s are %i bytes", (quantity, bytes) => {
  expect(bytesOf(quantity)).toBe(bytes);
});

test("what is no size is said to be none", () => {
  expect(() => bytesOf("much")).toThrow('"much" is not a size');
});
