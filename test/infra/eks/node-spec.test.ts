import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { GpuPoolSpec } from "../../../config/gpu-pools.ts";
import { gpuPoolsOf } from "../../../config/gpu-pools.ts";
import { autoscalerTags, gpuNodes, shares, systemNodes } from "../../../infra/eks/node-spec.ts";
import { subnetsOf } from "../../../infra/eks/node-pool.ts";
import { gpus, machinesOf } from "../../../config/gpu-catalogue.ts";
import { eksWith } from "../../config/support.ts";

const system = {
  machine: "m6i.xlarge",
  alternatives: ["m5.xlarge"],
  minNodes: 1,
  maxNodes: 10,
  diskGi: 100,
};
const zones = ["use1-az1", "use1-az2", "use1-az4"];

function seedPool(name: string): GpuPoolSpec {
  const found = gpuPoolsOf(eksWith()).find((pool) => pool.name === name);
  if (found === undefined) throw new Error(`no pool ${name} by default`);
  return found;
}

describe("the system pool", () => {
  test("is a group for each zone, which have the seed's bounds together", () => {
    expect(
      systemNodes({ system, zones }).map(({ prefix, zones: of, minNodes, maxNodes }) => ({
        prefix,
        of,
        minNodes,
        maxNodes,
      })),
    ).toEqual([
      { prefix: "system-use1-az1-", of: ["use1-az1"], minNodes: 1, maxNodes: 4 },
      { prefix: "system-use1-az2-", of: ["use1-az2"], minNodes: 0, maxNodes: 3 },
      { prefix: "system-use1-az4-", of: ["use1-az4"], minNodes: 0, maxNodes: 3 },
    ]);
  });

  test("leaves out zones that could never have a node", () => {
    const few = { ...system, maxNodes: 2 };
    expect(systemNodes({ system: few, zones }).map(({ name }) => name)).toEqual([
      "system-use1-az1",
      "system-use1-az2",
    ]);
  });

  test("has plain machines without taints", () => {
    expect(systemNodes({ system, zones })[0]).toMatchObject({
      amiType: "AL2023_x86_64_STANDARD",
      capacityType: "ON_DEMAND",
      machines: ["m6i.xlarge", "m5.xlarge"],
      diskGi: 100,
      labels: { "framewright.dev/pool": "system", "framewright.dev/pool-kind": "system" },
      taints: [],
      resources: { "ephemeral-storage": "80Gi" },
    });
  });
});

test("shares are whole, as even as can be, the first ones larger, and add up", () => {
  fc.assert(
    fc.property(fc.nat({ max: 1000 }), fc.integer({ min: 1, max: 3 }), (total, parts) => {
      const found = shares(total, parts);
      expect(found).toHaveLength(parts);
      expect(found.reduce((sum, share) => sum + share, 0)).toBe(total);
      expect((found[0] ?? NaN) - (found.at(-1) ?? NaN)).toBeLessThanOrEqual(1);
      expect(found).toEqual(found.toSorted((a, b) => b - a));
    }),
  );
});

test("seed 004's A100 on EKS: eight GPUs to a node in four slices, on demand", () => {
  expect(gpuNodes(seedPool("a100"))).toEqual({
    name: "gpu-a100",
    prefix: "gpu-a100-",
    amiType: "AL2023_x86_64_NVIDIA",
    capacityType: "ON_DEMAND",
    machines: ["p4d.24xlarge"],
    minNodes: 0,
    maxNodes: 1,
    diskGi: 250,
    labels: {
      "framewright.dev/pool": "a100",
      "framewright.dev/pool-kind": "gpu",
      "framewright.dev/gpu": "a100",
      "framewright.dev/video-encode": "false",
      "framewright.dev/tier": "premium",
      "framewright.dev/capacity": "on-demand",
      "nvidia.com/gpu.present": "true",
      "k8s.amazonaws.com/accelerator": "nvidia-tesla-a100",
    },
    taints: [{ key: "nvidia.com/gpu", value: "true", effect: "NO_SCHEDULE" }],
    resources: { "nvidia.com/gpu": "32", "ephemeral-storage": "200Gi" },
    zones: [],
    updateStrategy: "MINIMAL",
  });
});

test("seed 004's L4: spot, two slices, up to eight nodes", () => {
  expect(gpuNodes(seedPool("l4-spot"))).toMatchObject({
    capacityType: "SPOT",
    machines: ["g6.2xlarge"],
    minNodes: 0,
    maxNodes: 8,
    resources: { "nvidia.com/gpu": "2" },
  });
});

/** The character set of tags: letters, digits, spaces and + - = . _ : / @. */
const tagText = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

const anyPool = fc
  .record({
    name: fc.stringMatching(/^[a-z][a-z0-9-]{0,19}$/),
    gpu: fc.constantFrom(...Object.keys(gpus)).map((name) => name as keyof typeof gpus),
    slicesPerGpu: fc.integer({ min: 1, max: 48 }),
    spot: fc.boolean(),
    minNodes: fc.nat({ max: 10 }),
    maxNodes: fc.integer({ min: 10, max: 1000 }),
    priority: fc.integer({ min: 2, max: 1000 }),
    diskGi: fc.integer({ min: 100, max: 65536 }),
  })
  .map((pool): GpuPoolSpec => {
    const [machine] = machinesOf(pool.gpu, "eks");
    return { ...pool, machine: machine?.type ?? "", gpusPerNode: machine?.gpus ?? 1, zones: [] };
  });

describe("tags for scaling from zero", () => {
  test("count slices, name labels and taints, and the cluster they are of", () => {
    expect(autoscalerTags("framewright-prod", gpuNodes(seedPool("l4-spot")))).toEqual({
      "k8s.io/cluster-autoscaler/enabled": "true",
      "k8s.io/cluster-autoscaler/framewright-prod": "owned",
      "k8s.io/cluster-autoscaler/node-template/resources/nvidia.com/gpu": "2",
      "k8s.io/cluster-autoscaler/node-template/resources/ephemeral-storage": "200Gi",
      "k8s.io/cluster-autoscaler/node-template/label/framewright.dev/pool": "l4-spot",
      "k8s.io/cluster-autoscaler/node-template/label/framewright.dev/pool-kind": "gpu",
      "k8s.io/cluster-autoscaler/node-template/label/framewright.dev/gpu": "l4",
      "k8s.io/cluster-autoscaler/node-template/label/framewright.dev/video-encode": "true",
      "k8s.io/cluster-autoscaler/node-template/label/framewright.dev/tier": "standard",
      "k8s.io/cluster-autoscaler/node-template/label/framewright.dev/capacity": "spot",
      "k8s.io/cluster-autoscaler/node-template/label/nvidia.com/gpu.present": "true",
      "k8s.io/cluster-autoscaler/node-template/label/k8s.amazonaws.com/accelerator": "nvidia-l4",
      "k8s.io/cluster-autoscaler/node-template/taint/nvidia.com/gpu": "true:NoSchedule",
    });
  });

  test("are tags that AWS takes, whatever the pool", () => {
    fc.assert(
      fc.property(anyPool, (pool) => {
        const tags = Object.entries(autoscalerTags("framewright-prod", gpuNodes(pool)));
        expect(tags.length).toBeLessThan(50);
        for (const [key, value] of tags) {
          expect(key).toMatch(tagText);
          expect(value).toMatch(tagText);
          expect(key.length).toBeLessThanOrEqual(128);
          expect(value.length).toBeLessThanOrEqual(256);
        }
      }),
    );
  });

  test("say as many slices as the device plugin hands out", () => {
    fc.assert(
      fc.property(anyPool, (pool) => {
        const tags = autoscalerTags("c", gpuNodes(pool));
        expect(tags["k8s.io/cluster-autoscaler/node-template/resources/nvidia.com/gpu"]).toBe(
          String(pool.gpusPerNode * pool.slicesPerGpu),
        );
      }),
    );
  });
});

describe("subnets of a pool", () => {
  const subnets = new Map(zones.map((zone) => [zone, `subnet-${zone}`]));
  test("are those of all zones when it names none", () => {
    expect(subnetsOf(subnets, [])).toEqual([...subnets.values()]);
  });
  test("are those of the zones that it names", () => {
    expect(subnetsOf(subnets, ["use1-az4"])).toEqual(["subnet-use1-az4"]);
  });
  test("of a zone that the stack does not have are an error that names the zone", () => {
    expect(() => subnetsOf(subnets, ["use1-az5"])).toThrow(
      "zone use1-az5 is not one of the stack's (use1-az1, use1-az2, use1-az4)",
    );
  });
});
