import { beforeAll, describe, expect, test } from "vitest";
import { systemNodes } from "../../../infra/gke/node-spec.ts";
import { inputsOf } from "../../support/under-mocks.ts";
import { requestOf, type Provisioned } from "../eks/requests.ts";
import { comesAfter, gkeSection, namesOf, provisioned } from "./provisioned.ts";

const poolType = "gcp:container/nodePool:NodePool";

let made: Provisioned;
beforeAll(async () => {
  made = await provisioned();
});

function of(name: string) {
  return inputsOf(made.resources, name);
}

/** What all nodes have in common. */
const common = {
  imageType: "COS_CONTAINERD",
  serviceAccount: "nodes-account@project.iam.gserviceaccount.com",
  oauthScopes: ["https://www.googleapis.com/auth/cloud-platform"],
  shieldedInstanceConfig: { enableSecureBoot: true, enableIntegrityMonitoring: true },
  workloadMetadataConfig: { mode: "GKE_METADATA" },
  metadata: { "disable-legacy-endpoints": "true" },
  diskType: "pd-balanced",
  resourceLabels: { "framewright-stack": "prod" },
};

const managed = {
  cluster: "gke-cluster-id",
  location: "us-central1",
  management: { autoRepair: true, autoUpgrade: true },
  nodeDrainConfigs: [{ respectPdbDuringNodePoolDeletion: true }],
  networkConfig: { enablePrivateNodes: true },
};

/** The whole pool for one GPU; more than one pool for each is made by hand. */
function gpuPool(entries: Record<string, unknown>): Record<string, unknown> {
  return { gpu: { pools: [entries] } };
}

function nodeConfigOf({ resources }: Provisioned, name: string): Record<string, unknown> {
  return inputsOf(resources, name)["nodeConfig"] as Record<string, unknown>;
}

test("production has these pools and no other", () => {
  expect(namesOf(made, poolType)).toEqual([
    "pool-a100",
    "pool-cpu",
    "pool-cpu-spot",
    "pool-l4",
    "pool-l4-spot",
    "pool-system",
  ]);
});

test("the system pool is exactly this (seed 004: n2-standard-4, 1 to 10 nodes)", () => {
  expect(of("pool-system")).toEqual({
    ...managed,
    nodeLocations: ["us-central1-a", "us-central1-c"],
    initialNodeCount: 1,
    autoscaling: { totalMinNodeCount: 1, totalMaxNodeCount: 10, locationPolicy: "BALANCED" },
    upgradeSettings: { strategy: "SURGE", maxSurge: 1, maxUnavailable: 0 },
    nodeConfig: {
      ...common,
      machineType: "n2-standard-4",
      diskSizeGb: 100,
      spot: false,
      labels: { "framewright.dev/pool": "system", "framewright.dev/pool-kind": "system" },
      taints: [],
    },
  });
});

test.each([
  ["REGULAR", { shutdownGracePeriodSeconds: 120, shutdownGracePeriodCriticalPodsSeconds: 15 }, 105],
  ["STABLE", undefined, 15],
] as const)("a spot node of channel %s is shut down with %o", async (channel, config, notice) => {
  const run = await provisioned(gkeSection({ releaseChannel: channel }));
  expect(nodeConfigOf(run, "pool-l4-spot")["kubeletConfig"]).toEqual(config);
  expect(nodeConfigOf(run, "pool-l4")["kubeletConfig"]).toBeUndefined();
  const pools = run.cluster.pools.map(({ name, noticeSeconds }) => [name, noticeSeconds]);
  expect(Object.fromEntries(pools)).toMatchObject({ "l4-spot": notice, l4: undefined });
});

test("the pool of L4 on spot is exactly this (seed 004: 2 slices, 1 to 8 nodes)", () => {
  expect(of("pool-l4-spot")).toEqual({
    ...managed,
    nodeLocations: ["us-central1-a", "us-central1-c"],
    autoscaling: { totalMinNodeCount: 1, totalMaxNodeCount: 8, locationPolicy: "ANY" },
    upgradeSettings: { strategy: "SURGE", maxSurge: 0, maxUnavailable: 1 },
    nodeConfig: {
      ...common,
      machineType: "g2-standard-8",
      diskSizeGb: 250,
      spot: true,
      kubeletConfig: {
        shutdownGracePeriodSeconds: 120,
        shutdownGracePeriodCriticalPodsSeconds: 15,
      },
      labels: {
        "framewright.dev/pool": "l4-spot",
        "framewright.dev/pool-kind": "gpu",
        "framewright.dev/gpu": "l4",
        "framewright.dev/video-encode": "true",
        "framewright.dev/tier": "standard",
        "framewright.dev/capacity": "spot",
        "cloud.google.com/compute-class": "default",
      },
      taints: [
        {
          key: "cloud.google.com/compute-class",
          value: "default",
          effect: "NO_SCHEDULE",
        },
      ],
      guestAccelerators: [
        {
          type: "nvidia-l4",
          count: 1,
          gpuDriverInstallationConfig: { gpuDriverVersion: "DEFAULT" },
          gpuSharingConfig: { gpuSharingStrategy: "TIME_SHARING", maxSharedClientsPerGpu: 2 },
        },
      ],
    },
  });
});

test("the pool of A100 is on demand, in 4 slices, 0 to 4 nodes, and encodes no video", () => {
  expect(of("pool-a100")).toMatchObject({
    autoscaling: { totalMinNodeCount: 0, totalMaxNodeCount: 4 },
    nodeConfig: {
      machineType: "a2-highgpu-1g",
      spot: false,
      labels: {
        "framewright.dev/video-encode": "false",
        "framewright.dev/tier": "premium",
        "framewright.dev/capacity": "on-demand",
      },
      guestAccelerators: [
        {
          type: "nvidia-tesla-a100",
          gpuSharingConfig: { gpuSharingStrategy: "TIME_SHARING", maxSharedClientsPerGpu: 4 },
        },
      ],
    },
  });
});

test("no pool has a taint of the key that GKE itself uses", () => {
  const keys = namesOf(made, poolType)
    .flatMap((name) => nodeConfigOf(made, name)["taints"] as { key: string }[])
    .map(({ key }) => key);
  expect(keys).not.toContain("nvidia.com/gpu");
  expect(keys).toHaveLength(7);
});

test("how many nodes there are is the autoscaler's", () => {
  for (const name of namesOf(made, poolType)) {
    expect(of(name)).not.toHaveProperty("nodeCount");
    const { ignoreChanges } = requestOf(made.requests, name);
    expect(ignoreChanges).toEqual(["initialNodeCount", "nodeCount"]);
  }
});

test("GPU pools come after the system pool, or GKE would leave its taint off", () => {
  for (const name of ["pool-a100", "pool-l4-spot", "pool-l4"]) {
    expect(comesAfter(made, name)).toContain("pool-system");
  }
});

describe("config decides", () => {
  test("one slice is no sharing", async () => {
    const run = await provisioned(gpuPool({ name: "l4", gpu: "l4" }));
    const [accelerator] = nodeConfigOf(run, "pool-l4")["guestAccelerators"] as object[];
    expect(accelerator).toEqual({
      type: "nvidia-l4",
      count: 1,
      gpuDriverInstallationConfig: { gpuDriverVersion: "DEFAULT" },
    });
  });

  test("another machine has its own number of GPUs", async () => {
    const run = await provisioned(
      gpuPool({ name: "l4", gpu: "l4", machine: "g2-standard-24", slicesPerGpu: 3, diskGi: 500 }),
    );
    expect(nodeConfigOf(run, "pool-l4")).toMatchObject({
      machineType: "g2-standard-24",
      diskSizeGb: 500,
      guestAccelerators: [{ count: 2, gpuSharingConfig: { maxSharedClientsPerGpu: 3 } }],
    });
    expect(run.cluster.pools.find(({ name }) => name === "l4")?.gpu).toMatchObject({
      gpusPerNode: 2,
      slicesPerGpu: 3,
    });
  });

  test("a pool is in the zones that have its GPU", async () => {
    const run = await provisioned(gpuPool({ name: "t4", gpu: "t4", zones: ["us-central1-c"] }));
    expect(inputsOf(run.resources, "pool-t4")).toMatchObject({
      nodeLocations: ["us-central1-c"],
    });
    expect(inputsOf(run.resources, "pool-system")).toMatchObject({
      nodeLocations: ["us-central1-a", "us-central1-c"],
    });
  });

  test("fewer system nodes than zones start with none, since Google counts for each zone", () => {
    const system = {
      machine: "n2-standard-4",
      alternatives: [],
      minNodes: 1,
      maxNodes: 1,
      diskGi: 100,
    };
    const zones = ["us-central1-a", "us-central1-c"];
    expect(systemNodes({ system, zones }).initialNodes).toBeUndefined();
    expect(systemNodes({ system: { ...system, maxNodes: 2 }, zones }).initialNodes).toBe(1);
  });

  test("the machine and the bounds of the system pool", async () => {
    const system = { machine: "e2-standard-8", minNodes: 2, maxNodes: 5, diskGi: 150 };
    const run = await provisioned(gkeSection({ system }));
    expect(inputsOf(run.resources, "pool-system")).toMatchObject({
      autoscaling: { totalMinNodeCount: 2, totalMaxNodeCount: 5 },
      nodeConfig: { machineType: "e2-standard-8", diskSizeGb: 150 },
    });
  });
});

describe("which pool grows first", () => {
  test("is the order of the priorities: A100, L4 on spot, L4 on demand, CPU", () => {
    expect(of("compute-class")).toEqual({
      apiVersion: "cloud.google.com/v1",
      kind: "ComputeClass",
      metadata: { name: "default" },
      spec: {
        description: "Pools of framewright, the one to grow first at the top",
        priorities: [
          { nodepools: ["pool-a100"] },
          { nodepools: ["pool-l4-spot"] },
          { nodepools: ["pool-l4"] },
          { nodepools: ["pool-cpu-spot"] },
          { nodepools: ["pool-cpu"] },
          { nodepools: ["pool-system"] },
        ],
        nodePoolAutoCreation: { enabled: false },
        whenUnsatisfiable: "ScaleUpAnyway",
        activeMigration: { optimizeRulePriority: false },
        autoscalingPolicy: {
          consolidationDelayMinutes: 10,
          consolidationThreshold: 50,
          gpuConsolidationThreshold: 50,
        },
      },
    });
  });

  test("follows the numbers, not the order in the config", async () => {
    const run = await provisioned({
      gpu: {
        pools: [
          { name: "last", gpu: "l4", priority: 5 },
          { name: "first", gpu: "t4", priority: 9 },
        ],
      },
    });
    expect(inputsOf(run.resources, "compute-class")).toMatchObject({
      spec: {
        priorities: [
          { nodepools: ["pool-first"] },
          { nodepools: ["pool-last"] },
          { nodepools: ["pool-cpu-spot"] },
          { nodepools: ["pool-cpu"] },
          { nodepools: ["pool-system"] },
        ],
      },
    });
  });

  test("is the same for all pods, whether or not they name the class", () => {
    expect(of("gke-cluster")).toMatchObject({
      clusterAutoscaling: { defaultComputeClassEnabled: true },
    });
    expect(of("compute-class")).toMatchObject({ metadata: { name: "default" } });
  });

  test("comes after the pools that it names", () => {
    expect([...comesAfter(made, "compute-class")]).toEqual(
      expect.arrayContaining(["pool-a100", "pool-l4-spot", "pool-l4", "pool-system"]),
    );
  });

  test("without GPUs and CPU workers is the system pool's alone", async () => {
    const without = await provisioned({
      gpu: { pools: [] },
      workers: {
        cpu: { replicas: { min: 0, max: 0 } },
        nvenc: { replicas: { min: 0, max: 0 } },
      },
      models: Object.fromEntries(
        ["stt", "mt", "tts", "lipSync"].map((service) => [service, { gpuSlices: 0 }]),
      ),
    });
    expect(namesOf(without, poolType)).toEqual(["pool-system"]);
    expect(inputsOf(without.resources, "compute-class")).toMatchObject({
      spec: { priorities: [{ nodepools: ["pool-system"] }] },
    });
  });
});
