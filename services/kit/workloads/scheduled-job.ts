import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { Component } from "../../../infra/component.ts";
import { metadata, type App } from "../app.ts";
import { podWithSecrets } from "../pods/pod-parts.ts";
import type { PodArgs } from "../pods/pod.ts";

export interface ScheduledJobArgs {
  readonly app: App;
  readonly pod: PodArgs;
  /** As cron has it, in UTC. Undefined: it runs only when somebody makes a Job of it. */
  readonly schedule: string | undefined;
  /** How often it is tried again before it counts as failed. */
  readonly retries: number;
  /** Ends it in any case. */
  readonly deadlineSeconds: number;
  /** Set: it also runs once, as soon as it is there. */
  readonly firstRun?: string;
}

type JobSpec = k8s.types.input.batch.v1.JobSpec;

/** A pod that does its work by the clock and ends. */
export class ScheduledJob extends Component {
  constructor(name: string, args: ScheduledJobArgs, opts: pulumi.ComponentResourceOptions) {
    super("kit", "ScheduledJob", name, opts);
    const { app, pod, retries, deadlineSeconds, firstRun } = args;
    const { template, parts } = podWithSecrets(
      name,
      app,
      { ...pod, restartPolicy: "OnFailure" },
      this,
    );
    const spec: JobSpec = {
      backoffLimit: retries,
      activeDeadlineSeconds: deadlineSeconds,
      template,
    };
    new k8s.batch.v1.CronJob(
      `${name}-cron`,
      { metadata: metadata(app), spec: cronSpec(args, spec) },
      { parent: this, dependsOn: parts },
    );
    if (firstRun !== undefined) {
      new k8s.batch.v1.Job(
        `${name}-first`,
        {
          // `up` does not wait for it.
          metadata: {
            ...metadata(app, firstRun),
            annotations: { "pulumi.com/skipAwait": "true" },
          },
          spec,
        },
        // Once is enough, and a Job cannot change.
        { parent: this, dependsOn: parts, ignoreChanges: ["spec", "metadata"] },
      );
    }
    this.registerOutputs({});
  }
}

/** The first of February's thirtieth never comes, and what is suspended does not run in any case. */
const never = "0 0 30 2 *";

function cronSpec({ schedule }: ScheduledJobArgs, spec: JobSpec) {
  return {
    schedule: schedule ?? never,
    timeZone: "Etc/UTC",
    suspend: schedule === undefined,
    concurrencyPolicy: "Forbid",
    // After an outage of the control plane it still runs, and does not where the next one is near.
    startingDeadlineSeconds: 6 * 3600,
    successfulJobsHistoryLimit: 3,
    failedJobsHistoryLimit: 3,
    jobTemplate: { spec },
  };
}
