import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { ReplicaBounds } from "../../config/schema.ts";
import { metadata, type App } from "./app.ts";
import type { Scaling, ScalingDirection } from "./scaling.ts";

type HpaSpec = k8s.types.input.autoscaling.v2.HorizontalPodAutoscalerSpec;

/** Whether an autoscaler owns the number of pods. */
export function isAutoscaled({ min, max }: ReplicaBounds): boolean {
  return min < max;
}

function utilization(name: "cpu" | "memory", percent: number) {
  return {
    type: "Resource",
    resource: { name, target: { type: "Utilization", averageUtilization: percent } },
  };
}

/** Of several steps, growth takes the largest and shrinking the smallest: fast up, slow down. */
function rules(selectPolicy: "Max" | "Min", { stabilizationSeconds, steps }: ScalingDirection) {
  return {
    stabilizationWindowSeconds: stabilizationSeconds,
    selectPolicy,
    policies: steps.map((step) => ({ ...step })),
  };
}

export function autoscalerSpec(app: App, { min, max }: ReplicaBounds, row: Scaling): HpaSpec {
  const { cpuPercent, memoryPercent, up, down } = row;
  return {
    scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: app.name },
    // An HPA on CPU cannot go to zero: with no pod there is no load to measure.
    minReplicas: Math.max(1, min),
    maxReplicas: max,
    metrics: [
      utilization("cpu", cpuPercent),
      ...(memoryPercent === undefined ? [] : [utilization("memory", memoryPercent)]),
    ],
    behavior: { scaleUp: rules("Max", up), scaleDown: rules("Min", down) },
  };
}

export interface AutoscalerArgs {
  readonly app: App;
  readonly replicas: ReplicaBounds;
  readonly scaling: Scaling;
}

/** Moves the number of pods of the app's Deployment between the bounds. */
export function autoscale(
  name: string,
  { app, replicas, scaling }: AutoscalerArgs,
  opts: pulumi.CustomResourceOptions,
): void {
  new k8s.autoscaling.v2.HorizontalPodAutoscaler(
    `${name}-autoscaler`,
    { metadata: metadata(app), spec: autoscalerSpec(app, replicas, scaling) },
    opts,
  );
}
