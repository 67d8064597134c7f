import type { Cases } from "./case.ts";

const api = 'namespace="framewright-api",deployment="api"';
const redis = 'namespace="framewright-data",statefulset="redis"';

function dependency(name: string, minutes: number, summary: string) {
  const series = `framewright_dependency_up{job="api",dependency="${name}",pod=`;
  return {
    firing: [
      {
        series: { [`${series}"api-1"}`]: "0x20", [`${series}"api-2"}`]: "0x20" },
        at: `${minutes}m`,
        fires: [{ summary }],
      },
    ],
    quiet: [
      // One replica that does not reach it is another matter.
      { series: { [`${series}"api-1"}`]: "0x20", [`${series}"api-2"}`]: "1x20" }, at: "20m" },
      { series: { [`${series}"api-1"}`]: "0 1x20" }, at: "1m" },
    ],
  } as const;
}

export const availabilityCases = {
  ApiDown: {
    firing: [
      { series: { 'up{job="api",pod="api-1"}': "1x4 0x10" }, at: "6m", fires: [none()] },
      { series: { 'up{job="webhooks"}': "1x10" }, at: "2m", fires: [none()] },
    ],
    quiet: [
      {
        series: { 'up{job="api",pod="api-1"}': "0x10", 'up{job="api",pod="api-2"}': "1x10" },
        at: "10m",
      },
    ],
  },
  ServiceDown: {
    firing: [
      {
        series: {
          [`kube_deployment_status_replicas_available{${api}}`]: "2 0x10",
          [`kube_deployment_spec_replicas{${api}}`]: "2x10",
        },
        at: "7m",
        fires: [
          {
            labels: { namespace: "framewright-api", deployment: "api" },
            summary: "No pod of api in framewright-api is available.",
          },
        ],
      },
    ],
    quiet: [
      {
        series: {
          [`kube_deployment_status_replicas_available{${api}}`]: "0x20",
          [`kube_deployment_spec_replicas{${api}}`]: "0x20",
        },
        at: "20m",
      },
      {
        series: {
          'kube_deployment_status_replicas_available{namespace="framewright-workers",deployment="worker-cpu"}':
            "0x20",
          'kube_deployment_spec_replicas{namespace="framewright-workers",deployment="worker-cpu"}':
            "2x20",
        },
        at: "20m",
      },
    ],
  },
  StatefulServiceDown: {
    firing: [
      {
        series: {
          [`kube_statefulset_status_replicas_ready{${redis}}`]: "0x10",
          [`kube_statefulset_replicas{${redis}}`]: "1x10",
        },
        at: "3m",
        fires: [
          {
            labels: { namespace: "framewright-data", statefulset: "redis" },
            summary: "No pod of redis in framewright-data is ready.",
          },
        ],
      },
    ],
    quiet: [
      {
        series: {
          [`kube_statefulset_status_replicas_ready{${redis}}`]: "1 0 1x10",
          [`kube_statefulset_replicas{${redis}}`]: "1x10",
        },
        at: "2m",
      },
    ],
  },
  ReplicasMissing: {
    firing: [
      {
        series: {
          [`kube_deployment_status_replicas_available{${api}}`]: "1x30",
          [`kube_deployment_spec_replicas{${api}}`]: "3x30",
        },
        at: "16m",
        fires: [
          {
            labels: { namespace: "framewright-api", deployment: "api" },
            summary: "2 pods of api in framewright-api are missing.",
          },
        ],
      },
    ],
    quiet: [
      {
        series: {
          [`kube_deployment_status_replicas_available{${api}}`]: "1x10 3x20",
          [`kube_deployment_spec_replicas{${api}}`]: "3x30",
        },
        at: "16m",
      },
    ],
  },
  PodCrashLoop: {
    firing: [
      {
        series: {
          'kube_pod_container_status_restarts_total{namespace="framewright-data",pod="redis-0",container="redis"}':
            "0x5 1+1x10",
        },
        at: "15m",
        fires: [
          {
            labels: { namespace: "framewright-data", pod: "redis-0", container: "redis" },
            summary: "Container redis of framewright-data/redis-0 restarts again and again.",
          },
        ],
      },
    ],
    quiet: [
      {
        series: {
          'kube_pod_container_status_restarts_total{namespace="framewright-data",pod="redis-0",container="redis"}':
            "0x5 1x20",
        },
        at: "15m",
      },
      {
        series: {
          'kube_pod_container_status_restarts_total{namespace="kube-system",pod="x",container="x"}':
            "0+1x20",
        },
        at: "15m",
      },
    ],
  },
  WorkerCrashLoop: {
    firing: [
      {
        series: {
          'kube_pod_container_status_restarts_total{namespace="framewright-workers",pod="worker-cpu-1",container="worker-cpu"}':
            "0+1x20",
        },
        at: "15m",
        fires: [
          {
            labels: { namespace: "framewright-workers", pod: "worker-cpu-1" },
            summary: "Worker worker-cpu-1 restarts again and again.",
          },
        ],
      },
    ],
    quiet: [
      {
        series: {
          'kube_pod_container_status_restarts_total{namespace="framewright-workers",pod="worker-cpu-1",container="worker-cpu"}':
            "0x5 1x5 2x20",
        },
        at: "15m",
      },
    ],
  },
  DatabaseAway: dependency("database", 2, "No replica of the API reaches the database."),
  ObjectStoreAway: dependency("objectStore", 3, "No replica of the API reaches the object store."),
  BrokerAway: dependency("broker", 3, "No replica of the API is connected to the broker."),
  RedisAway: dependency("redis", 6, "No replica of the API reaches Redis."),
} as const satisfies Cases;

function none() {
  return { summary: "No replica of the API answers." };
}
