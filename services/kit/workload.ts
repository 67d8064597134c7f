import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { ReplicaBounds } from "../../config/schema.ts";
import { Component } from "../../infra/component.ts";
import { metadata, selectorLabels, type App } from "./app.ts";
import { limitDisruption, needsBudget } from "./budget.ts";
import { podWithSecrets } from "./pod-parts.ts";
import type { PodArgs } from "./pod.ts";

export interface WorkloadArgs {
  readonly app: App;
  readonly pod: PodArgs;
  /** Equal bounds fix the number; between others an autoscaler moves. */
  readonly replicas: ReplicaBounds;
}

/** Pods that are all alike and keep nothing: account, Secret, Deployment, and a budget where it can hold. */
export class Workload extends Component {
  readonly deployment: k8s.apps.v1.Deployment;

  constructor(name: string, args: WorkloadArgs, opts: pulumi.ComponentResourceOptions) {
    super("kit", "Workload", name, opts);
    const { app, pod, replicas } = args;
    const replicated = needsBudget(replicas.max);
    const { template, parts } = podWithSecrets(name, app, { ...pod, spread: replicated }, this);
    this.deployment = new k8s.apps.v1.Deployment(
      `${name}-deployment`,
      {
        metadata: metadata(app),
        spec: {
          // Two owners of the number would undo each other.
          replicas: replicas.min === replicas.max ? replicas.min : undefined,
          revisionHistoryLimit: 3,
          selector: { matchLabels: selectorLabels(app) },
          // The new pod is ready before an old one goes, also with one replica.
          strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
          template,
        },
      },
      { parent: this, dependsOn: parts },
    );
    if (replicated) limitDisruption(name, app, this);
    this.registerOutputs({});
  }
}
