import { Type } from "typebox";
import type { Sample, SeriesName } from "../series.ts";
import {
  Conditions,
  kind,
  Metadata,
  oneOf,
  OptionalCount,
  OptionalText,
  samples,
  seconds,
} from "./kind.ts";

const Job = Type.Object({
  metadata: Metadata,
  status: Type.Object({
    active: OptionalCount,
    succeeded: OptionalCount,
    failed: OptionalCount,
    startTime: OptionalText,
    completionTime: OptionalText,
    conditions: Conditions,
  }),
});

const CronJob = Type.Object({
  metadata: Metadata,
  spec: Type.Object({ suspend: Type.Optional(Type.Boolean()) }),
  status: Type.Object({
    active: Type.Optional(Type.Array(Type.Unknown())),
    lastScheduleTime: OptionalText,
    lastSuccessfulTime: OptionalText,
  }),
});

const ends: Readonly<Record<string, SeriesName>> = {
  Complete: "kube_job_complete",
  Failed: "kube_job_failed",
};

/** Jobs, and what makes them by a clock. */
export const jobs = [
  kind("/apis/batch/v1", "jobs", {
    schema: Job,
    samples: ({ metadata, status }): Sample[] => {
      const labels = { namespace: metadata.namespace, job_name: metadata.name };
      return [
        ...samples(labels, {
          kube_job_status_active: status.active ?? 0,
          kube_job_status_succeeded: status.succeeded ?? 0,
          kube_job_status_failed: status.failed ?? 0,
          kube_job_status_start_time: seconds(status.startTime),
          kube_job_status_completion_time: seconds(status.completionTime),
        }),
        ...(status.conditions ?? []).flatMap(({ type, status: is }) => {
          const name = ends[type];
          const states = { label: "condition", is: is.toLowerCase() };
          return name === undefined
            ? []
            : oneOf(name, labels, { ...states, of: ["true", "false", "unknown"] });
        }),
        ...(metadata.ownerReferences ?? []).map((owner): Sample => ({
          name: "kube_job_owner",
          labels: {
            ...labels,
            owner_kind: owner.kind,
            owner_name: owner.name,
            owner_is_controller: String(owner.controller ?? false),
          },
          value: 1,
        })),
      ];
    },
  }),
  kind("/apis/batch/v1", "cronjobs", {
    schema: CronJob,
    samples: ({ metadata, spec, status }) =>
      samples(
        { namespace: metadata.namespace, cronjob: metadata.name },
        {
          kube_cronjob_created: seconds(metadata.creationTimestamp),
          kube_cronjob_spec_suspend: spec.suspend === true ? 1 : 0,
          kube_cronjob_status_active: status.active?.length ?? 0,
          kube_cronjob_status_last_schedule_time: seconds(status.lastScheduleTime),
          kube_cronjob_status_last_successful_time: seconds(status.lastSuccessfulTime),
        },
      ),
  }),
];
