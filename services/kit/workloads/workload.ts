import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { BudgetSection, ReplicaBounds } from "../../../config/schema.ts";
import { Component } from "../../../infra/component.ts";
import { metadata, selectorLabels, type App } from "../app.ts";
import { autoscale, isAutoscaled } from "../scaling/autoscaler.ts";
import { limitDisruption, needsBudget } from "./budget.ts";
import { podWithSecrets } from "../pods/pod-parts.ts";
import type { PodArgs } from "../pods/pod.ts";
import { scaleByQueue, type QueueScaling } from "../scaling/queue-scaler.ts";
import type { Scaling } from "../scaling/scaling.ts";

/** How many pods: one, or as many as config says. */
type Count =
  | { readonly replicas: 1 }
  | {
      /** Equal bounds fix the number; between others an autoscaler moves. */
      readonly replicas: ReplicaBounds;
      readonly scaling: Scaling;
      /** Set: what waits moves the number, and the load of the pods does not. */
      readonly queue?: QueueScaling | undefined;
      readonly budget?: BudgetSection;
    };

export type WorkloadArgs = Count & {
  readonly app: App;
  readonly pod: PodArgs;
  /**
   * False: `up` does not wait until the pods are ready. For pods whose nodes come only when a pod asks for
   * one: that takes minutes, and where the cloud is out of capacity, for ever.
   * @default true
   */
  readonly awaitPods?: boolean;
  /**
   * Whether a pod goes before the one that takes its place is there: what it has is in no other.
   * @default false, but for pods with a device
   */
  readonly oldFirst?: boolean;
};

type Scaled = Extract<WorkloadArgs, { readonly scaling: Scaling }>;

function mostPods({ replicas }: WorkloadArgs): number {
  return replicas === 1 ? 1 : replicas.max;
}

function isScaled(args: WorkloadArgs): args is Scaled {
  return args.replicas !== 1 && isAutoscaled(args.replicas);
}

/** One owner of the number: two would undo each other's choice for ever. */
function scale(
  name: string,
  { queue, ...args }: Scaled,
  opts: { readonly parent: pulumi.Resource; readonly dependsOn: pulumi.Resource[] },
): void {
  if (queue === undefined) autoscale(name, args, opts);
  else scaleByQueue(name, { ...args, queue }, opts);
}

function deploy(name: string, args: WorkloadArgs, parent: pulumi.Resource): void {
  const { app, pod } = args;
  const replicated = needsBudget(mostPods(args));
  const { template, parts } = podWithSecrets(name, app, { ...pod, spread: replicated }, parent);
  const deployment = new k8s.apps.v1.Deployment(
    `${name}-deployment`,
    { metadata: deploymentMetadata(args), spec: deploymentSpec(args, template) },
    { parent, dependsOn: parts },
  );
  if (isScaled(args)) scale(name, args, { parent, dependsOn: [deployment] });
  if (replicated) limitDisruption(name, args, parent);
}

/**
 * Identical pods without state: account, Secret, Deployment, an autoscaler where the bounds
 * differ, and a budget where it can hold. It creates nothing where there may be no pods.
 */
export class Workload extends Component {
  constructor(name: string, args: WorkloadArgs, opts: pulumi.ComponentResourceOptions) {
    super("kit", "Workload", name, opts);
    if (mostPods(args) > 0) deploy(name, args, this);
    this.registerOutputs({});
  }
}

/** The new pod is ready before an old one goes, also with one replica. */
const newFirst = { maxSurge: 1, maxUnavailable: 0 };
/** A device more than there are pods may never be free. */
const oldFirst = { maxSurge: 0, maxUnavailable: 1 };

function deploymentMetadata({ app, awaitPods = true }: WorkloadArgs) {
  return awaitPods
    ? metadata(app)
    : { ...metadata(app), annotations: { "pulumi.com/skipAwait": "true" } };
}

function deploymentSpec(args: WorkloadArgs, template: k8s.types.input.core.v1.PodTemplateSpec) {
  const { app, pod, oldFirst: isOldFirst = pod.device !== undefined } = args;
  return {
    // Two owners of the number would undo each other.
    replicas: isScaled(args) ? undefined : mostPods(args),
    revisionHistoryLimit: 3,
    selector: { matchLabels: selectorLabels(app) },
    strategy: { rollingUpdate: isOldFirst ? oldFirst : newFirst },
    template,
  };
}
