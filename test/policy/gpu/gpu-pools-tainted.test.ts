import { describe, expect, it } from "vitest";
import { gpuPoolsTainted } from "../../../policy/rules/gpu/gpu-pools-tainted.ts";
import { evaluate, unknown } from "../kit/evaluate.ts";
import { eksGroup, gkePool, gpuTaint, karpenterPool, pools, selfManaged } from "./gpu-objects.ts";

describe("gpu-pools-tainted", () => {
  it.each(pools)("accepts a tainted %s", (_, pool) => {
    expect(evaluate(gpuPoolsTainted, pool)).toEqual([]);
  });

  it.each([
    ["an EKS group without taints", eksGroup({ taints: undefined })],
    ["an EKS group with another taint", eksGroup({ taints: [{ ...gpuTaint, key: "team" }] })],
    [
      "an EKS group that only asks others to stay away",
      eksGroup({ taints: [{ ...gpuTaint, effect: "PREFER_NO_SCHEDULE" }] }),
    ],
    ["a Karpenter pool without taints", karpenterPool({}, { taints: undefined })],
    [
      "a Karpenter pool that only asks others to stay away",
      karpenterPool({}, { taints: [{ key: "nvidia.com/gpu", effect: "PreferNoSchedule" }] }),
    ],
  ])("refuses %s", (_, pool) => {
    expect(evaluate(gpuPoolsTainted, pool)).toEqual([
      expect.stringMatching(/pool|group.*: has GPUs and no taint nvidia\.com\/gpu that keeps/),
    ]);
  });

  it("accepts a taint that drives pods away", () => {
    const taints = [{ ...gpuTaint, effect: "NO_EXECUTE" }];
    expect(evaluate(gpuPoolsTainted, eksGroup({ taints }))).toEqual([]);
  });

  it("leaves alone what has no GPU, and what doesn't show its taints", () => {
    const cpu = { amiType: "AL2023_x86_64_STANDARD", instanceTypes: ["m6i.large"], taints: [] };
    expect(evaluate(gpuPoolsTainted, eksGroup(cpu))).toEqual([]);
    const overrides = [{ instanceType: "g5.xlarge" }];
    const [, group] = selfManaged("g5.xlarge", {
      mixedInstancesPolicy: { launchTemplate: { overrides } },
    });
    expect(evaluate(gpuPoolsTainted, group!)).toEqual([]);
  });

  it("lets settings name another taint, which GKE doesn't set itself", () => {
    const config = { taint: "example.com/gpu" };
    expect(evaluate(gpuPoolsTainted, gkePool(), config)).toHaveLength(1);
    const taints = [{ key: "example.com/gpu", value: "", effect: "NO_SCHEDULE" }];
    expect(evaluate(gpuPoolsTainted, gkePool({}, { taints }), config)).toEqual([]);
  });

  it("says that it needs a literal where the taints are unknown", () => {
    expect(evaluate(gpuPoolsTainted, eksGroup({ taints: unknown }))).toEqual([
      expect.stringContaining("taints is not known before the update"),
    ]);
  });
});
