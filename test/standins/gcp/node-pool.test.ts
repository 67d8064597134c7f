import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { at, type JsonObject } from "../../../tools/plugins/kit/json.ts";
import type { DirectCloud, Resource } from "../kit/direct-cloud.ts";
import { cluster, directGcp } from "./direct-gcp.ts";
import { nodePoolType } from "./type-tokens.ts";

let cloud: DirectCloud;

beforeEach(async () => {
  cloud = await directGcp();
});

afterEach(() => {
  cloud.dispose();
});

function pool(name: string, nodeConfig: JsonObject, more: JsonObject = {}): Promise<Resource> {
  return cloud.create(nodePoolType, name, { cluster: "main", nodeConfig, ...more });
}

const t4 = {
  machineType: "n1-standard-8",
  guestAccelerators: [
    {
      type: "nvidia-tesla-t4",
      count: 1,
      gpuSharingConfig: { gpuSharingStrategy: "TIME_SHARING", maxSharedClientsPerGpu: 4 },
    },
  ],
};

describe("a node pool", () => {
  it("has Google's own taint with GPUs, where the cluster has a pool without", async () => {
    cluster(cloud);
    await pool("system", { machineType: "n2-standard-4" });
    const { outputs } = await pool("gpu", { ...t4, taints: [] });
    expect(at(outputs, "nodeConfig", "effectiveTaints")).toEqual([
      { key: "nvidia.com/gpu", value: "present", effect: "NO_SCHEDULE" },
    ]);
  });

  it("lacks that taint for ever when it came first", async () => {
    cluster(cloud);
    const gpu = await pool("gpu", t4);
    expect(at(gpu.outputs, "nodeConfig", "effectiveTaints")).toEqual([]);
    await pool("system", { machineType: "n2-standard-4" });
    const { outputs } = await cloud.update(gpu, { autoscaling: { totalMaxNodeCount: 3 } });
    expect(at(outputs, "nodeConfig", "effectiveTaints")).toEqual([]);
  });

  it("belongs to its cluster, whatever form the reference has", async () => {
    const id = cluster(cloud);
    const { id: poolId } = await cloud.create(nodePoolType, "system", { cluster: id });
    expect(poolId).toMatch(new RegExp(`^${id}/nodePools/system-`));
  });

  it.each<[string, JsonObject, JsonObject, string]>([
    [
      "GPUs that the machine cannot have",
      { ...t4, machineType: "n2-standard-4" },
      {},
      "not supported with machine type",
    ],
    [
      "a machine type that Google does not have",
      { machineType: "n9-standard-4" },
      { nodeLocations: ["us-central1-a"] },
      'Invalid machine type "n9-standard-4" in zone "us-central1-a": GCE_NOT_FOUND',
    ],
    [
      "GPUs that one of its zones lacks",
      {
        machineType: "a2-highgpu-1g",
        guestAccelerators: [{ type: "nvidia-tesla-a100", count: 1 }],
      },
      { nodeLocations: ["us-central1-a", "us-central1-b"] },
      'Accelerator type "nvidia-tesla-a100" does not exist in zone us-central1-b.',
    ],
    [
      "one container sharing a GPU",
      {
        ...t4,
        guestAccelerators: [
          {
            type: "nvidia-tesla-t4",
            count: 1,
            gpuSharingConfig: { gpuSharingStrategy: "TIME_SHARING", maxSharedClientsPerGpu: 1 },
          },
        ],
      },
      {},
      "must be between 2 and 48, got 1",
    ],
    [
      "the taint that Google adds itself",
      { ...t4, taints: [{ key: "nvidia.com/gpu", value: "present", effect: "NO_SCHEDULE" }] },
      {},
      "Found more than one taint",
    ],
    [
      "bounds per zone and in total",
      {},
      { autoscaling: { minNodeCount: 0, totalMaxNodeCount: 4 } },
      "cannot be used together",
    ],
    [
      "a longer shutdown of nodes that Google does not take back",
      { kubeletConfig: { shutdownGracePeriodSeconds: 120 } },
      {},
      "is for Spot VMs only",
    ],
    [
      "a shutdown of more than two minutes",
      { spot: true, kubeletConfig: { shutdownGracePeriodSeconds: 121 } },
      {},
      "must be 10 to 120, got 121",
    ],
    [
      "a zone of another region",
      {},
      { nodeLocations: ["us-east1-b"] },
      'not in the region "us-central1"',
    ],
  ])("is refused with %s", async (_what, nodeConfig, more, reason) => {
    cluster(cloud);
    const creating = pool("gpu", nodeConfig, more);
    await expect(creating).rejects.toThrow(reason);
  });

  it("is refused with a longer shutdown in a cluster that does not know it yet", async () => {
    cluster(cloud, { masterVersion: "1.34.8-gke.1278000" });
    const kubeletConfig = { shutdownGracePeriodSeconds: 120 };
    const creating = pool("gpu", { spot: true, kubeletConfig });
    await expect(creating).rejects.toThrow("needs version 1.35.0-gke.1171000");
  });

  it.each<[string, JsonObject, string]>([
    ["bounds", { autoscaling: { totalMinNodeCount: 0, totalMaxNodeCount: 9 } }, "update"],
    ["machine type", { nodeConfig: { ...t4, machineType: "n1-standard-16" } }, "update"],
    ["labels", { nodeConfig: { ...t4, labels: { a: "b" } } }, "add"],
    ["spot", { nodeConfig: { ...t4, spot: true } }, "add-replace"],
    [
      "GPU",
      { nodeConfig: { ...t4, guestAccelerators: [{ type: "nvidia-l4", count: 1 }] } },
      "replace",
    ],
    ["initial nodes", { initialNodeCount: 2 }, "add-replace"],
  ])(
    "is replaced or updated by another %s as the provider does it",
    async (_what, news, change) => {
      cluster(cloud);
      const autoscaling = { totalMinNodeCount: 0, totalMaxNodeCount: 4 };
      const gpu = await pool("gpu", t4, { autoscaling });
      const changes = Object.values(await cloud.diff(gpu, news));
      expect(changes.length).toBeGreaterThan(0);
      if (change === "replace") expect(changes.every((one) => one.endsWith("-replace"))).toBe(true);
      else expect(changes).toEqual([change]);
    },
  );
});
