import { describe, expect, it } from "vitest";
import { gpuPoolsBounded } from "../../../policy/rules/gpu/gpu-pools-bounded.ts";
import { evaluateStack, unknown, type TestResource } from "../kit/evaluate.ts";
import {
  computeClass,
  eksGroup,
  gkePool,
  karpenterPool,
  pools,
  provisioningCluster,
  selfManaged,
} from "./gpu-objects.ts";

function said(resources: readonly TestResource[], config = {}) {
  return evaluateStack(gpuPoolsBounded, resources, { config });
}

function says(...parts: readonly string[]) {
  return parts.map((part): unknown => expect.stringContaining(part));
}

const zones = ["europe-west4-a", "europe-west4-b"];

/** A pool, and what is said of it. */
const refused: [string, readonly TestResource[], string][] = [
  [
    "a GKE pool without a maximum",
    [gkePool({ autoscaling: { totalMinNodeCount: 0 } })],
    "NodePool gke-pool: has GPUs and no maximum. Fix: set the pool's maximum",
  ],
  [
    "a GKE pool of too many nodes",
    [gkePool({ autoscaling: { totalMaxNodeCount: 9 } })],
    "may grow to 9 nodes",
  ],
  [
    "a GKE pool of too many nodes in each of three zones",
    [gkePool({ autoscaling: { maxNodeCount: 3 } })],
    "may grow to 9 nodes",
  ],
  [
    "a GKE pool of too many nodes in its zones",
    [gkePool({ autoscaling: { maxNodeCount: 5 }, nodeLocations: zones })],
    "may grow to 10 nodes",
  ],
  [
    "a GKE pool that keeps nodes",
    [gkePool({ autoscaling: { minNodeCount: 1, maxNodeCount: 8 }, location: "europe-west4-a" })],
    "keeps 1 nodes with GPUs while no pod needs them, where 0 may",
  ],
  [
    "a GKE pool that doesn't scale",
    [gkePool({ autoscaling: undefined, nodeCount: 2 })],
    "keeps 6 nodes",
  ],
  [
    "a pool inside a GKE cluster",
    [
      {
        type: "gcp:container/cluster:Cluster",
        name: "cluster",
        props: { nodePools: [gkePool({ autoscaling: {} }).props] },
      },
    ],
    "cluster: nodePools.0: has GPUs and no maximum",
  ],
  ["auto-provisioning of too many", [provisioningCluster(9)], "may grow to 9 GPUs"],
  [
    "a compute class that nothing limits",
    [computeClass],
    "ComputeClass cart: spec.priorities.0: has GPUs and no",
  ],
  [
    "a compute class in a cluster without a limit of GPUs",
    [computeClass, provisioningCluster(undefined)],
    "has GPUs and no maximum",
  ],
  [
    "an EKS group of too many",
    [eksGroup({ scalingConfig: { minSize: 0, maxSize: 9 } })],
    "may grow to 9 nodes",
  ],
  ["an EKS group without a maximum", [eksGroup({ scalingConfig: {} })], "has GPUs and no maximum"],
  [
    "an EKS group that keeps nodes",
    [eksGroup({ scalingConfig: { minSize: 2, maxSize: 4 } })],
    "keeps 2 nodes",
  ],
  [
    "an EKS group by its machine alone",
    [eksGroup({ amiType: "CUSTOM", scalingConfig: { minSize: 0, maxSize: 9 } })],
    "may grow to 9 nodes",
  ],
  [
    "an EKS group by its launch template",
    selfManaged("p3.2xlarge").map((resource) =>
      resource.name === "template"
        ? resource
        : {
            ...eksGroup({
              amiType: "CUSTOM",
              instanceTypes: undefined,
              scalingConfig: { maxSize: 9 },
            }),
            madeFrom: resource.madeFrom,
          },
    ),
    "may grow to 9 nodes",
  ],
  [
    "machines that nobody manages",
    selfManaged("g5.xlarge", { maxSize: 9 }),
    "Group machines: may grow to 9",
  ],
  [
    "mixed machines that nobody manages",
    selfManaged("m6i.large", {
      maxSize: 9,
      mixedInstancesPolicy: { launchTemplate: { overrides: [{ instanceType: "p4d.24xlarge" }] } },
    }),
    "may grow to 9 nodes",
  ],
  [
    "a Karpenter pool without a limit",
    [karpenterPool({ limits: { cpu: 100 } })],
    "has GPUs and no maximum",
  ],
  [
    "a Karpenter pool of too many",
    [karpenterPool({ limits: { "nvidia.com/gpu": "16" } })],
    "may grow to 16 GPUs with GPUs, where 8 are allowed",
  ],
];

describe("gpu-pools-bounded", () => {
  it.each(pools)("accepts a bounded %s", (_, pool) => {
    expect(said([pool])).toEqual([]);
  });

  it.each(refused)("refuses %s", (_, resources, message) => {
    expect(said(resources)).toEqual(says(message));
  });

  it.each([
    [
      "EKS group",
      eksGroup({
        amiType: "AL2023_x86_64_STANDARD",
        instanceTypes: ["m6i.large"],
        scalingConfig: { maxSize: 99 },
      }),
    ],
    [
      "GKE pool",
      gkePool({ autoscaling: {} }, { machineType: "n2-standard-4", guestAccelerators: [] }),
    ],
    ["Karpenter pool", karpenterPool({ limits: {}, template: {} })],
  ])("leaves a %s without GPUs alone", (_, pool) => {
    expect(said([pool])).toEqual([]);
  });

  it("leaves what a launch template without GPUs makes alone", () => {
    expect(said(selfManaged("m6i.large", { maxSize: 99 }))).toEqual([]);
  });

  it("lets the limit of the cluster hold for its compute classes", () => {
    expect(said([computeClass, provisioningCluster(8)])).toEqual([]);
  });

  it("adds up all pools, and names the largest", () => {
    const many = [
      gkePool({ autoscaling: { totalMaxNodeCount: 8 } }),
      eksGroup({ scalingConfig: { maxSize: 7 } }),
      karpenterPool({ limits: { "nvidia.com/gpu": 7 } }),
    ];
    expect(said(many, { inAll: 22 })).toEqual([]);
    expect(said(many, { inAll: 21 })).toEqual(
      says(
        "NodePool gke-pool: all pools with GPUs may grow to 22 nodes together, this one the most",
      ),
    );
  });

  it("lets settings allow more, and exemptions too", () => {
    const pool = eksGroup({ scalingConfig: { minSize: 1, maxSize: 12 } });
    expect(said([pool], { perPool: 12, always: 1 })).toEqual([]);
    const exempt = [{ name: "eks-group", reason: "a reserved block of machines" }];
    expect(said([pool], { exempt })).toEqual([]);
  });

  it("judges the same while the cluster is yet to be made, and of the stack alone", () => {
    const open = karpenterPool({ limits: {} });
    for (const options of [{ unknownProvider: true }, { stackOnly: true }]) {
      expect(evaluateStack(gpuPoolsBounded, [open], options)).toHaveLength(1);
      expect(evaluateStack(gpuPoolsBounded, [karpenterPool()], options)).toEqual([]);
    }
  });

  it("says that it needs a literal where the maximum of GPUs is unknown, and only of GPUs", () => {
    const scalingConfig = { minSize: 0, maxSize: unknown };
    expect(said([eksGroup({ scalingConfig })])).toEqual(says("scalingConfig.maxSize is not known"));
    const cpu = { amiType: "AL2023_x86_64_STANDARD", instanceTypes: ["m6i.large"], scalingConfig };
    expect(said([eksGroup(cpu)])).toEqual([]);
  });

  it.each([
    ["EC2", { type: "aws:ec2/instance:Instance", props: { instanceType: "p4d.24xlarge" } }],
    [
      "GCE",
      {
        type: "gcp:compute/instance:Instance",
        props: { machineType: "n1-standard-8", guestAccelerators: [{ type: "nvidia-tesla-t4" }] },
      },
    ],
  ])("takes a machine of %s alone for a pool that always has it", (_, machine) => {
    const machines = ["a", "b"].map((name) => ({ ...machine, name }));
    const always = "keeps 1 nodes with GPUs while no pod needs them, where 0 may";
    expect(evaluateStack(gpuPoolsBounded, machines)).toEqual([
      expect.stringContaining(always),
      expect.stringContaining(always),
    ]);
    expect(evaluateStack(gpuPoolsBounded, machines, { config: { always: 1, inAll: 1 } })).toEqual([
      expect.stringContaining("may grow to 2 nodes together"),
    ]);
    const small = {
      type: "aws:ec2/instance:Instance",
      name: "c",
      props: { instanceType: "t3.small" },
    };
    expect(evaluateStack(gpuPoolsBounded, [small])).toEqual([]);
  });
});
