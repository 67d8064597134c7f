import { describe, expect, it } from "vitest";
import { spotWithTwin } from "../../../policy/rules/gpu/spot-with-twin.ts";
import { evaluateStack, unknown, type TestResource } from "../kit/evaluate.ts";
import { eksGroup, gkePool, karpenterPool, selfManaged } from "./gpu-objects.ts";

function said(...resources: readonly TestResource[]) {
  return evaluateStack(spotWithTwin, resources);
}

function named(name: string, resource: TestResource): TestResource {
  return { ...resource, name };
}

function capacity(...values: readonly string[]) {
  const gpu = { key: "karpenter.k8s.aws/instance-gpu-name", operator: "In", values: ["l4"] };
  return karpenterPool(
    {},
    { requirements: [gpu, { key: "karpenter.sh/capacity-type", operator: "In", values }] },
  );
}

const halfSpot = { instancesDistribution: { onDemandPercentageAboveBaseCapacity: 50 } };

/** A spot pool, and its twin. */
const pairs: [string, readonly TestResource[], TestResource][] = [
  ["GKE's spot", [named("spot", gkePool({}, { spot: true }))], gkePool()],
  ["GKE's preemptible", [named("spot", gkePool({}, { preemptible: true }))], gkePool()],
  ["EKS's spot", [named("spot", eksGroup({ capacityType: "SPOT" }))], eksGroup()],
  [
    "Karpenter's spot",
    [named("spot", capacity("spot"))],
    eksGroup({ instanceTypes: ["gr6.4xlarge"] }),
  ],
  [
    "mixed machines that nobody manages",
    selfManaged("g6.xlarge", {
      mixedInstancesPolicy: {
        ...halfSpot,
        launchTemplate: { overrides: [{ instanceType: "g6.xlarge" }] },
      },
    }),
    gkePool(),
  ],
];

describe("spot-with-twin", () => {
  it.each(pairs)("asks for nodes on demand beside %s", (_, spot, twin) => {
    expect(said(...spot, twin)).toEqual([]);
    expect(said(...spot)).toEqual([
      expect.stringContaining(
        "has spot nodes with l4, and no pool has it on demand. Fix: add a pool",
      ),
    ]);
  });

  it.each([
    ["another GPU", eksGroup({ instanceTypes: ["g5.2xlarge"] })],
    ["spot too", eksGroup({ capacityType: "SPOT" })],
    ["no nodes at all", eksGroup({ scalingConfig: { minSize: 0, maxSize: 0 } })],
  ])("takes no pool with %s for a twin", (_, other) => {
    const spot = named("spot", gkePool({}, { spot: true }));
    expect(said(spot, other).filter((text) => text.includes("NodePool spot:"))).toHaveLength(1);
  });

  it("leaves alone what is on demand anyway, and spot nodes without GPUs", () => {
    expect(said(capacity("spot", "on-demand"))).toEqual([]);
    expect(said(capacity("on-demand"))).toEqual([]);
    const cpu = { amiType: "AL2023_x86_64_STANDARD", instanceTypes: ["m6i.large"] };
    expect(said(eksGroup({ ...cpu, capacityType: "SPOT" }))).toEqual([]);
  });

  it("judges the same while the cluster is yet to be made, and of the stack alone", () => {
    for (const options of [{ unknownProvider: true }, { stackOnly: true }]) {
      expect(evaluateStack(spotWithTwin, [capacity("spot")], options)).toHaveLength(1);
      expect(
        evaluateStack(
          spotWithTwin,
          [named("spot", capacity("spot")), capacity("on-demand")],
          options,
        ),
      ).toEqual([]);
    }
  });

  it("leaves an exempt pool alone", () => {
    const exempt = [{ name: "spot", reason: "for experiments that may wait" }];
    const spot = named("spot", gkePool({}, { spot: true }));
    expect(evaluateStack(spotWithTwin, [spot], { config: { exempt } })).toEqual([]);
  });

  it("says that it needs a literal where it can't tell spot", () => {
    expect(said(eksGroup({ capacityType: unknown }))).toEqual([
      expect.stringContaining("capacityType is not known before the update"),
    ]);
  });
});
