import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import type { App } from "../../../../services/kit/app.ts";
import { autoscalerSpec, isAutoscaled } from "../../../../services/kit/scaling/autoscaler.ts";
import { scaling } from "../../../../services/kit/scaling/scaling.ts";
import { Workload } from "../../../../services/kit/workloads/workload.ts";
import type { Registration } from "../../../support/mocks.ts";
import { inputsOf, leaves, registered } from "../../../support/under-mocks.ts";
import { probePod } from "../probe-pod.ts";

const app: App = { name: "probe", namespace: "framewright-api", component: "test" };

function cpu(percent: number) {
  const target = { type: "Utilization", averageUtilization: percent };
  return { type: "Resource", resource: { name: "cpu", target } };
}
function memory(averageValue: string) {
  const target = { type: "AverageValue", averageValue };
  return { type: "Resource", resource: { name: "memory", target } };
}
function pods(value: number, periodSeconds: number) {
  return { type: "Pods", value, periodSeconds };
}
function share(value: number, periodSeconds: number) {
  return { type: "Percent", value, periodSeconds };
}
const shared = {
  app,
  pod: {
    resources: { requests: { cpu: "500m", memory: "512Mi" }, limits: { cpu: "2", memory: "2Gi" } },
  },
};
const fast = { selectPolicy: "Max" };
const slow = { selectPolicy: "Min" };

describe("the figures of seed 002, Auto-scaling Strategy", () => {
  test("the API", () => {
    expect(
      autoscalerSpec({ ...shared, replicas: { min: 3, max: 10 }, scaling: scaling.api }),
    ).toEqual({
      scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "probe" },
      minReplicas: 3,
      maxReplicas: 10,
      metrics: [cpu(70), memory("1638Mi")],
      behavior: {
        scaleUp: {
          ...fast,
          stabilizationWindowSeconds: 0,
          policies: [share(100, 30), pods(4, 30)],
        },
        scaleDown: {
          ...slow,
          stabilizationWindowSeconds: 300,
          policies: [share(50, 60), pods(2, 60)],
        },
      },
    });
  });

  test("CPU workers", () => {
    expect(
      autoscalerSpec({ ...shared, replicas: { min: 2, max: 20 }, scaling: scaling.cpuWorkers }),
    ).toMatchObject({
      metrics: [cpu(50)],
      behavior: {
        scaleUp: {
          ...fast,
          stabilizationWindowSeconds: 0,
          policies: [share(100, 60), pods(5, 60)],
        },
        scaleDown: { stabilizationWindowSeconds: 600, policies: [pods(1, 120)] },
      },
    });
  });

  test("GPU workers", () => {
    expect(
      autoscalerSpec({ ...shared, replicas: { min: 1, max: 5 }, scaling: scaling.gpuWorkers }),
    ).toMatchObject({
      metrics: [cpu(50)],
      behavior: {
        scaleUp: { stabilizationWindowSeconds: 60, policies: [pods(1, 120)] },
        scaleDown: { stabilizationWindowSeconds: 900, policies: [pods(1, 300)] },
      },
    });
  });
});

const rows = fc.constantFrom(...Object.values(scaling));
const bounds = fc
  .tuple(fc.nat(500), fc.nat(500))
  .map(([a, b]) => ({ min: Math.min(a, b), max: Math.max(a, b) }));

test("every autoscaler is one that Kubernetes takes", () => {
  fc.assert(
    fc.property(bounds.filter(isAutoscaled), rows, (replicas, row) => {
      const spec = autoscalerSpec({ ...shared, replicas, scaling: row }) as {
        minReplicas: number;
        maxReplicas: number;
        metrics: unknown[];
        behavior: Record<
          "scaleUp" | "scaleDown",
          { stabilizationWindowSeconds: number; policies: { periodSeconds: number }[] }
        >;
      };
      const { scaleUp, scaleDown } = spec.behavior;
      expect(spec.minReplicas).toBeGreaterThanOrEqual(1);
      expect(spec.maxReplicas).toBeGreaterThanOrEqual(spec.minReplicas);
      expect(spec.metrics.length).toBeGreaterThan(0);
      for (const rules of [scaleUp, scaleDown]) {
        // The limits of autoscaling/v2: an hour, half an hour.
        expect(rules.stabilizationWindowSeconds).toBeLessThanOrEqual(3600);
        expect(rules.policies.every(({ periodSeconds }) => periodSeconds <= 1800)).toBe(true);
      }
      expect(scaleDown.stabilizationWindowSeconds).toBeGreaterThan(
        scaleUp.stabilizationWindowSeconds,
      );
    }),
  );
});

describe("a workload", () => {
  async function deploy(min: number, max: number): Promise<Registration[]> {
    return registered(
      () =>
        new Workload("w", { app, pod: probePod, replicas: { min, max }, scaling: scaling.api }, {}),
    );
  }
  let fixed: Registration[];
  let moving: Registration[];
  beforeAll(async () => {
    fixed = await deploy(2, 2);
    moving = await deploy(2, 4);
  });

  test("with equal bounds has that many pods and no autoscaler", () => {
    expect(leaves(fixed)).not.toContain("HorizontalPodAutoscaler w-autoscaler");
    expect(inputsOf(fixed, "w-deployment")).toMatchObject({ spec: { replicas: 2 } });
  });

  test("with others has an autoscaler that names its Deployment, and states no number itself", () => {
    const { metadata, spec } = inputsOf(moving, "w-deployment");
    expect(spec).not.toHaveProperty("replicas");
    expect(inputsOf(moving, "w-autoscaler")).toMatchObject({
      spec: {
        scaleTargetRef: { kind: "Deployment", name: (metadata as { name: string }).name },
        minReplicas: 2,
        maxReplicas: 4,
      },
    });
  });
});
