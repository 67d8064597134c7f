import { describe, expect, test } from "vitest";
import type { App } from "../../../../services/kit/app.ts";
import type { Device } from "../../../../services/kit/pods/placement.ts";
import { podTemplate } from "../../../../services/kit/pods/pod.ts";
import { scaling } from "../../../../services/kit/scaling/scaling.ts";
import { Workload } from "../../../../services/kit/workloads/workload.ts";
import { inputsOf, registered } from "../../../support/under-mocks.ts";
import { probePod } from "../probe-pod.ts";

const app: App = { name: "probe", namespace: "framewright-workers", component: "test" };
const gpu: Device = {
  resource: "nvidia.com/gpu",
  nodes: { "framewright.dev/gpu": "t4" },
  tolerates: ["nvidia.com/gpu"],
  runtimeClass: "nvidia",
};

function specOf(pod: Partial<typeof probePod>) {
  const { spec } = podTemplate(app, { ...probePod, ...pod }) as unknown as {
    spec: Record<string, unknown>;
  };
  return spec;
}

describe("a pod with a device", () => {
  test("asks for exactly one, runs where it is, and gets at it", () => {
    expect(specOf({ device: gpu })).toMatchObject({
      nodeSelector: { "framewright.dev/gpu": "t4" },
      tolerations: [{ key: "nvidia.com/gpu", operator: "Exists" }],
      runtimeClassName: "nvidia",
      containers: [
        {
          resources: {
            requests: { cpu: "100m", memory: "64Mi", "nvidia.com/gpu": "1" },
            limits: { memory: "128Mi", "nvidia.com/gpu": "1" },
          },
        },
      ],
    });
  });

  test("joins the groups that may open it, beside its own", () => {
    const device = { ...gpu, groups: [109] };
    expect(specOf({ device }).securityContext).toMatchObject({
      runAsGroup: 10001,
      supplementalGroups: [109],
    });
  });

  test("is as hardened as any other", () => {
    const { containers, ...pod } = specOf({ device: gpu });
    const plain = specOf({});
    expect(pod.securityContext).toEqual(plain.securityContext);
    expect(containers).toMatchObject([
      { securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true } },
    ]);
  });

  test("gives its device up before its successor wants one", async () => {
    const strategies = await Promise.all(
      [gpu, undefined].map(async (device) => {
        const resources = await registered(
          () =>
            new Workload(
              "w",
              {
                app,
                pod: { ...probePod, device },
                replicas: { min: 1, max: 1 },
                scaling: scaling.gpuWorkers,
              },
              {},
            ),
        );
        const { spec } = inputsOf(resources, "w-deployment") as {
          spec: { strategy: { rollingUpdate: unknown } };
        };
        return spec.strategy.rollingUpdate;
      }),
    );
    expect(strategies).toEqual([
      { maxSurge: 0, maxUnavailable: 1 },
      { maxSurge: 1, maxUnavailable: 0 },
    ]);
  });
});

test("a pod without a device names no nodes and tolerates nothing", () => {
  const spec = specOf({});
  for (const key of ["nodeSelector", "tolerations", "runtimeClassName", "affinity"]) {
    expect(spec[key]).toBeUndefined();
  }
});

test("replicas prefer different nodes and zones, and demand neither", () => {
  const { topologySpreadConstraints, affinity } = specOf({ spread: true });
  const labelSelector = { matchLabels: { "app.kubernetes.io/name": "probe" } };
  const even = { maxSkew: 1, whenUnsatisfiable: "ScheduleAnyway", labelSelector };
  expect(topologySpreadConstraints).toEqual([
    { ...even, topologyKey: "kubernetes.io/hostname" },
    { ...even, topologyKey: "topology.kubernetes.io/zone" },
  ]);
  expect(affinity).toEqual({
    podAntiAffinity: {
      preferredDuringSchedulingIgnoredDuringExecution: [
        {
          weight: 100,
          podAffinityTerm: { topologyKey: "kubernetes.io/hostname", labelSelector },
        },
      ],
    },
  });
});
