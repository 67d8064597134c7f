import { describe, expect, it } from "vitest";
import { autoscalerBounds } from "../../../policy/rules/availability/autoscaler-bounds.ts";
import { withValue } from "../kit/change.ts";
import { unknown } from "../kit/evaluate.ts";
import { container, deployment, objectOf, podSpec } from "../kit/workloads.ts";
import { autoscaler, listOf, patchOf, said, scaledObject } from "./shop.ts";

const asksForNothing = container({ name: "idle", resources: {} });
const share = { type: "Utilization", averageUtilization: 70 };

function withMetric(type: string, section: object) {
  return autoscaler({ metrics: [{ type, ...section }] });
}

function ofContainer(name: string) {
  return withMetric("ContainerResource", {
    containerResource: { name: "cpu", container: name, target: share },
  });
}

function byMemory(target: object) {
  return withMetric("Resource", { resource: { name: "memory", target } });
}

function withTrigger(trigger: object) {
  return scaledObject({ triggers: [trigger] });
}

const cpuTrigger = { type: "cpu", metricType: "Utilization", metadata: { value: "60" } };
/** Of the first version, which has one metric of its own. */
const old = {
  ...autoscaler({ metrics: undefined, targetCPUUtilizationPercentage: 80 }),
  type: "kubernetes:autoscaling/v1:HorizontalPodAutoscaler",
};

function scaledJob(changes: object) {
  return objectOf("keda.sh/ScaledJob", { spec: { triggers: [{ type: "rabbitmq" }], ...changes } });
}

describe("autoscaler-bounds", () => {
  it.each([
    ["bounds with metrics", [deployment(), autoscaler()]],
    ["no least number, which is one", [autoscaler({ minReplicas: undefined })]],
    ["a ScaledObject that goes down to none", [scaledObject()]],
    ["the first version of the kind", [deployment(), old]],
    [
      "an average that needs no requests",
      [
        deployment(podSpec({ containers: [asksForNothing] })),
        byMemory({ type: "AverageValue", averageValue: "1Gi" }),
      ],
    ],
    [
      "limits, which are requests too",
      [
        deployment(podSpec({ containers: [container({ resources: { limits: { cpu: "1" } } })] })),
        autoscaler(),
      ],
    ],
    [
      "requests that nobody knows yet",
      [
        withValue(
          deployment(),
          ["spec", "template", "spec", "containers", 0, "resources", "requests", "cpu"],
          unknown,
        ),
        autoscaler(),
      ],
    ],
    [
      "a metric of one container",
      [deployment(podSpec({ containers: [container(), asksForNothing] })), ofContainer("main")],
    ],
    [
      "init containers that ask for nothing",
      [deployment(podSpec({ initContainers: [asksForNothing] })), autoscaler()],
    ],
    [
      "a metric from outside",
      [
        withMetric("External", {
          external: { metric: { name: "depth" }, target: { type: "Value", value: "5" } },
        }),
      ],
    ],
    ["Jobs of KEDA", [scaledJob({ maxReplicaCount: 20 })]],
    ["a trigger of KEDA by share", [deployment(), withTrigger(cpuTrigger)]],
    [
      "a patch, which need not say everything",
      [patchOf(autoscaler({ maxReplicas: undefined, metrics: undefined }))],
    ],
  ])("accepts %s", (_, resources) => {
    expect(said(autoscalerBounds, resources)).toEqual([]);
  });

  it.each([
    ["may go down to 0 pods, fewer than 1", [autoscaler({ minReplicas: 0 })]],
    ["may go up to 1 pods, fewer than its least of 2", [autoscaler({ maxReplicas: 1 })]],
    [
      "may go up to 1 pods, so that it never scales",
      [autoscaler({ minReplicas: 1, maxReplicas: 1 })],
    ],
    ["may go up to 0 pods, fewer than its least of 2", [autoscaler({ maxReplicas: undefined })]],
    [
      "may go up to 3 pods, so that it never scales",
      [autoscaler({ minReplicas: 3, maxReplicas: 3 })],
    ],
    ["may run 101 Jobs at once, more than 100", [scaledJob({ maxReplicaCount: 101 })]],
    ["says nothing of what it scales by", [scaledJob({ triggers: [] })]],
    ["may go up to 101 pods, more than 100", [autoscaler({ maxReplicas: 101 })]],
    ["may go up to 101 pods, more than 100", [listOf(autoscaler({ maxReplicas: 101 }))]],
    ["may go up to 200 pods, more than 100", [scaledObject({ maxReplicaCount: 200 })]],
    [
      "may go up to 3 pods, fewer than its least of 4",
      [scaledObject({ minReplicaCount: 4, maxReplicaCount: 3 })],
    ],
    ["says nothing of what it scales by", [autoscaler({ metrics: undefined })]],
    ["says nothing of what it scales by", [autoscaler({ metrics: [] })]],
    ["says nothing of what it scales by", [scaledObject({ triggers: [] })]],
    [
      "metrics.0 does not say both what it measures and what to hold",
      [byMemory({ type: "Utilization" })],
    ],
    ["metrics.0 does not say both what it measures and what to hold", [withMetric("Resource", {})]],
    [
      "metrics.0 does not say both what it measures and what to hold",
      [withMetric("Resource", { resource: { target: share } })],
    ],
    [
      "metrics.0 does not say both what it measures and what to hold",
      [withMetric("External", { external: { target: { type: "Value", value: "5" } } })],
    ],
    [
      "triggers.0 does not say both what it measures and what to hold",
      [withTrigger({ type: "cpu", metadata: {} })],
    ],
    [
      'metrics.0 measures cpu, of which container "idle" requests nothing',
      [deployment(podSpec({ containers: [container(), asksForNothing] })), autoscaler()],
    ],
    [
      'metrics.0 measures cpu, of which sidecar "idle" requests nothing',
      [
        deployment(podSpec({ initContainers: [{ ...asksForNothing, restartPolicy: "Always" }] })),
        autoscaler(),
      ],
    ],
    [
      'metrics.0 measures memory, of which container "main" requests nothing',
      [
        deployment(podSpec({ containers: [container({ resources: { requests: { cpu: "1" } } })] })),
        byMemory(share),
      ],
    ],
    [
      'metrics.0 measures cpu, of which container "idle" requests nothing',
      [deployment(podSpec({ containers: [container(), asksForNothing] })), ofContainer("idle")],
    ],
    [
      'metrics.0 measures container "gone", which its pods don\'t have',
      [deployment(), ofContainer("gone")],
    ],
    [
      "targetCPUUtilizationPercentage measures cpu, of which",
      [deployment(podSpec({ containers: [asksForNothing] })), old],
    ],
    [
      "triggers.0 measures cpu, of which",
      [deployment(podSpec({ containers: [asksForNothing] })), withTrigger(cpuTrigger)],
    ],
  ])("reports: %s", (problem, resources) => {
    expect(said(autoscalerBounds, resources)).toEqual([
      expect.stringContaining(`shop/cart: ${problem}`),
    ]);
  });

  it("holds the bounds of its settings", () => {
    const config = { minReplicas: 2, maxReplicas: 5 };
    expect(said(autoscalerBounds, [autoscaler({ maxReplicas: 5 })], config)).toEqual([]);
    expect(said(autoscalerBounds, [autoscaler({ minReplicas: 1 })], config)).toEqual([
      expect.stringContaining("may go down to 1 pods, fewer than 2"),
      expect.stringContaining("may go up to 6 pods, more than 5"),
    ]);
    expect(said(autoscalerBounds, [scaledObject({ maxReplicaCount: 5 })], config)).toEqual([]);
  });

  it("takes a ScaledObject without a most at KEDA's word, which is 100", () => {
    const endless = scaledObject({ maxReplicaCount: undefined });
    expect(said(autoscalerBounds, [endless])).toEqual([]);
    expect(said(autoscalerBounds, [endless], { maxReplicas: 99 })).toHaveLength(1);
  });

  it("needs the bounds before the update, and leaves alone what is exempt", () => {
    expect(said(autoscalerBounds, [autoscaler({ maxReplicas: unknown })])).toEqual([
      expect.stringContaining("spec.maxReplicas is not known before the update"),
    ]);
    const exempt = [{ name: "cart", reason: "holds one pod on purpose" }];
    expect(said(autoscalerBounds, [autoscaler({ maxReplicas: 1 })], { exempt })).toEqual([]);
  });
});
