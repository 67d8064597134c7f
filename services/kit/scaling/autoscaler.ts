import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { memoryTarget } from "../../../config/load-figures.ts";
import type { ReplicaBounds, Resources } from "../../../config/schema.ts";
import { metadata, type App } from "../app.ts";
import type { Scaling, ScalingDirection } from "./scaling.ts";

type HpaSpec = k8s.types.input.autoscaling.v2.HorizontalPodAutoscalerSpec;

/** Whether an autoscaler owns the number of pods. */
export function isAutoscaled({ min, max }: ReplicaBounds): boolean {
  return min < max;
}

function cpuUse(percent: number) {
  return {
    type: "Resource",
    resource: { name: "cpu", target: { type: "Utilization", averageUtilization: percent } },
  };
}

/** In bytes: of a request, which pods exceed as they please, a percentage says nothing. */
function memoryUse(averageValue: string) {
  return {
    type: "Resource",
    resource: { name: "memory", target: { type: "AverageValue", averageValue } },
  };
}

/** Of several steps, growth takes the largest and shrinking the smallest: fast up, slow down. */
function rules(usual: "Max" | "Min", { stabilizationSeconds, steps, select }: ScalingDirection) {
  return {
    stabilizationWindowSeconds: stabilizationSeconds,
    selectPolicy: select ?? usual,
    policies: steps.map((step) => ({ ...step })),
  };
}

export function behaviorOf({ up, down }: Pick<Scaling, "up" | "down">) {
  return { scaleUp: rules("Max", up), scaleDown: rules("Min", down) };
}

export function autoscalerSpec({ app, replicas, scaling, pod }: AutoscalerArgs): HpaSpec {
  const { min, max } = replicas;
  const { cpuPercent, memoryPercentOfLimit } = scaling;
  return {
    scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: app.name },
    // An HPA on CPU cannot go to zero: with no pod there is no load to measure.
    minReplicas: Math.max(1, min),
    maxReplicas: max,
    metrics: [
      cpuUse(cpuPercent),
      ...(memoryPercentOfLimit === undefined
        ? []
        : [memoryUse(memoryTarget(pod.resources.limits.memory, memoryPercentOfLimit))]),
    ],
    behavior: behaviorOf(scaling),
  };
}

export interface AutoscalerArgs {
  readonly app: App;
  readonly replicas: ReplicaBounds;
  readonly scaling: Scaling;
  readonly pod: { readonly resources: Resources };
}

/** Moves the number of pods of the app's Deployment between the bounds. */
export function autoscale(
  name: string,
  args: AutoscalerArgs,
  opts: pulumi.CustomResourceOptions,
): void {
  new k8s.autoscaling.v2.HorizontalPodAutoscaler(
    `${name}-autoscaler`,
    { metadata: metadata(args.app), spec: autoscalerSpec(args) },
    opts,
  );
}
