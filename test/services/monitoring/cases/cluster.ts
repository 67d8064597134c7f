import type { Cases } from "./case.ts";

export const clusterCases = {
  MigrationFailed: {
    firing: [
      {
        series: {
          'kube_job_status_failed{namespace="framewright-api",job_name="api-migration-1a2b"}':
            "1x5",
        },
        at: "1m",
        fires: [
          {
            labels: { namespace: "framewright-api", job_name: "api-migration-1a2b" },
            summary: "The database migration api-migration-1a2b failed.",
          },
        ],
      },
    ],
    quiet: [
      {
        series: {
          'kube_job_status_failed{namespace="framewright-api",job_name="api-migration-1a2b"}':
            "0x5",
        },
        at: "1m",
      },
    ],
  },
  VolumeNotBound: {
    firing: [
      {
        series: {
          'kube_persistentvolumeclaim_status_phase{namespace="framewright-data",persistentvolumeclaim="data-postgres-0",phase="Pending"}':
            "1x20",
        },
        at: "16m",
        fires: [
          {
            labels: { namespace: "framewright-data", persistentvolumeclaim: "data-postgres-0" },
            summary: "The volume framewright-data/data-postgres-0 is not bound.",
          },
        ],
      },
    ],
    quiet: [
      {
        series: {
          'kube_persistentvolumeclaim_status_phase{namespace="framewright-data",persistentvolumeclaim="data-postgres-0",phase="Pending"}':
            "0x20",
          'kube_persistentvolumeclaim_status_phase{namespace="framewright-data",persistentvolumeclaim="data-postgres-0",phase="Bound"}':
            "1x20",
        },
        at: "20m",
      },
    ],
  },
  AutoscalerAtMaximum: {
    firing: [
      {
        series: {
          'kube_horizontalpodautoscaler_status_current_replicas{namespace="framewright-workers",horizontalpodautoscaler="worker-cpu"}':
            "20x70",
          'kube_horizontalpodautoscaler_spec_max_replicas{namespace="framewright-workers",horizontalpodautoscaler="worker-cpu"}':
            "20x70",
        },
        at: "61m",
        fires: [
          {
            labels: { namespace: "framewright-workers", horizontalpodautoscaler: "worker-cpu" },
            summary:
              "worker-cpu in framewright-workers has been at its maximum of 20 pods for an hour.",
          },
        ],
      },
    ],
    quiet: [
      {
        series: {
          'kube_horizontalpodautoscaler_status_current_replicas{namespace="framewright-workers",horizontalpodautoscaler="worker-cpu"}':
            "19x70",
          'kube_horizontalpodautoscaler_spec_max_replicas{namespace="framewright-workers",horizontalpodautoscaler="worker-cpu"}':
            "20x70",
        },
        at: "65m",
      },
      {
        series: {
          'kube_horizontalpodautoscaler_status_current_replicas{namespace="framewright-api",horizontalpodautoscaler="api"}':
            "1x70",
          'kube_horizontalpodautoscaler_spec_max_replicas{namespace="framewright-api",horizontalpodautoscaler="api"}':
            "1x70",
        },
        at: "65m",
      },
    ],
  },
  AutoscalerErrors: {
    firing: [
      {
        series: {
          'keda_scaler_detail_errors_total{scaledObject="worker-cpu",scaler="rabbitMQScaler"}':
            "0+2x20",
        },
        at: "16m",
        fires: [
          {
            labels: { scaledObject: "worker-cpu", scaler: "rabbitMQScaler" },
            summary: "KEDA cannot read rabbitMQScaler for worker-cpu.",
          },
        ],
      },
    ],
    quiet: [
      {
        series: {
          'keda_scaler_detail_errors_total{scaledObject="worker-cpu",scaler="rabbitMQScaler"}':
            "0x5 2x20",
        },
        at: "16m",
      },
    ],
  },
} as const satisfies Cases;
