import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { ReplicaBounds } from "../../../config/schema.ts";
import { metadata, type App } from "../app.ts";
import { behaviorOf } from "./autoscaler.ts";
import type { Scaling } from "./scaling.ts";

/** What KEDA measures. Its figures are for each pod, and of several triggers the one counts that asks for most pods. */
export type Trigger =
  /** Messages of all queues whose name matches, also those that a worker has and has not acknowledged. */
  | {
      readonly kind: "queues";
      readonly pattern: string;
      readonly perPod: number;
      readonly user: string;
    }
  /** A number in a JSON document of ours. */
  | { readonly kind: "figure"; readonly url: string; readonly key: string; readonly perPod: number }
  /** A number that says how it goes, however many pods there are: twice the target asks for twice as many. */
  | { readonly kind: "level"; readonly url: string; readonly key: string; readonly target: number }
  /** Mean use of the pods: of the CPU a share of the request, of memory an amount. */
  | { readonly kind: "cpu"; readonly percent: number }
  | { readonly kind: "memory"; readonly average: string };

/** Scaling by what waits, in place of an autoscaler by load. */
export interface QueueScaling {
  readonly triggers: readonly Trigger[];
  readonly pollingSeconds: number;
  /** KEDA and its rights: it removes the finalizers of what it scales, so that it has to go last. */
  readonly scaler: readonly pulumi.Resource[];
}

interface KedaTrigger {
  readonly type: "rabbitmq" | "metrics-api" | "cpu" | "memory";
  readonly name?: string;
  readonly metricType: "AverageValue" | "Value" | "Utilization";
  /** Text alone, whatever it says. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly authenticationRef?: {
    readonly name: string;
    readonly kind: "ClusterTriggerAuthentication";
  };
}

/** The part of a ScaledObject's spec that is used here: https://keda.sh/docs/2.21/reference/scaledobject-spec/ */
export interface ScaledObjectSpec {
  readonly scaleTargetRef: {
    readonly apiVersion: string;
    readonly kind: "Deployment";
    readonly name: string;
  };
  readonly pollingInterval: number;
  readonly cooldownPeriod: number;
  readonly minReplicaCount: number;
  readonly maxReplicaCount: number;
  readonly fallback: {
    readonly failureThreshold: number;
    readonly replicas: number;
    readonly behavior: "currentReplicasIfHigher";
  };
  readonly advanced: {
    readonly horizontalPodAutoscalerConfig: {
      readonly name: string;
      readonly behavior: ReturnType<typeof behaviorOf>;
    };
  };
  readonly triggers: readonly KedaTrigger[];
}

function queues({ pattern, perPod, user }: Extract<Trigger, { kind: "queues" }>): KedaTrigger {
  return {
    type: "rabbitmq",
    name: "messages",
    metricType: "AverageValue",
    metadata: {
      // By AMQP the broker tells of what is ready alone: kedacore/keda#638.
      protocol: "http",
      mode: "QueueLength",
      queueName: pattern,
      useRegex: "true",
      value: String(perPod),
    },
    authenticationRef: { name: user, kind: "ClusterTriggerAuthentication" },
  };
}

function figure({ url, key, perPod }: Extract<Trigger, { kind: "figure" }>): KedaTrigger {
  return {
    type: "metrics-api",
    name: key,
    metricType: "AverageValue",
    metadata: { url, valueLocation: key, targetValue: String(perPod) },
  };
}

function level({ url, key, target }: Extract<Trigger, { kind: "level" }>): KedaTrigger {
  return {
    type: "metrics-api",
    name: key,
    metricType: "Value",
    metadata: { url, valueLocation: key, targetValue: String(target) },
  };
}

function kedaTrigger(trigger: Trigger): KedaTrigger {
  switch (trigger.kind) {
    case "queues":
      return queues(trigger);
    case "figure":
      return figure(trigger);
    case "level":
      return level(trigger);
    case "cpu":
      return {
        type: "cpu",
        metricType: "Utilization",
        metadata: { value: String(trigger.percent) },
      };
    case "memory":
      return {
        type: "memory",
        metricType: "AverageValue",
        metadata: { value: trigger.average },
      };
  }
}

export interface QueueScalerArgs {
  readonly app: App;
  readonly replicas: ReplicaBounds;
  readonly scaling: Scaling;
  readonly queue: QueueScaling;
}

/** Errors in a row until the number of pods is held where it is; each is some seconds. */
const failureThreshold = 3;

function scaledObjectSpec({ app, replicas, scaling, queue }: QueueScalerArgs): ScaledObjectSpec {
  const { min, max } = replicas;
  return {
    scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: app.name },
    pollingInterval: queue.pollingSeconds,
    // Of the last pod, which goes to none; among more the behavior below counts.
    cooldownPeriod: scaling.down.stabilizationSeconds,
    minReplicaCount: min,
    maxReplicaCount: max,
    fallback: {
      failureThreshold,
      replicas: Math.max(1, min),
      behavior: "currentReplicasIfHigher",
    },
    advanced: {
      horizontalPodAutoscalerConfig: { name: app.name, behavior: behaviorOf(scaling) },
    },
    triggers: queue.triggers.map(kedaTrigger),
  };
}

/** Moves the number of pods of the app's Deployment by what waits for them. */
export function scaleByQueue(
  name: string,
  args: QueueScalerArgs,
  {
    parent,
    dependsOn,
  }: { readonly parent: pulumi.Resource; readonly dependsOn: pulumi.Resource[] },
): void {
  new k8s.apiextensions.CustomResource(
    `${name}-scaled-object`,
    {
      apiVersion: "keda.sh/v1alpha1",
      kind: "ScaledObject",
      metadata: metadata(args.app),
      spec: scaledObjectSpec(args),
    },
    { parent, dependsOn: [...dependsOn, ...args.queue.scaler] },
  );
}
