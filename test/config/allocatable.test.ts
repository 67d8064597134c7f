import { describe, expect, test } from "vitest";
import { podsPerNode, roomOn } from "../../config/allocatable.ts";
import { gpuNames, machinesOf } from "../../config/gpu-catalogue.ts";
import { machineSize } from "../../config/machine-sizes.ts";
import { roomOf } from "../standins/cluster/pools/machines.ts";

const gi = 2 ** 30;
const plain = { diskGi: 100, hasGpu: false };

describe("the size of a machine", () => {
  test.each([
    ["gke", "n2-standard-4", 4, 16],
    ["gke", "e2-highcpu-16", 16, 16],
    ["gke", "c3-highcpu-22", 22, 44],
    ["gke", "n1-standard-8", 8, 30],
    ["gke", "g2-standard-8", 8, 32],
    ["eks", "m6i.large", 2, 8],
    ["eks", "m6i.xlarge", 4, 16],
    ["eks", "c7i-flex.2xlarge", undefined, undefined],
    ["eks", "c6i.4xlarge", 16, 32],
    ["eks", "r5.24xlarge", 96, 768],
    ["eks", "g6.2xlarge", 8, 32],
    ["eks", "t3.medium", undefined, undefined],
  ] as const)("on %s of %s is %s vCPUs and %s GiB", (cloud, type, vcpus, memoryGi) => {
    const size = machineSize(cloud, type);
    expect([size?.vcpus, size?.memoryGi]).toEqual([vcpus, memoryGi]);
  });
});

describe("room for pods", () => {
  test("on GKE is that of a real node, less its agents", () => {
    // cpu 3920m, memory 13498416Ki, ephemeral-storage 47060071478: the example of Google's page.
    const room = roomOn({ cloud: "gke", machine: "n2-standard-4", ...plain });
    expect(room?.cpu).toBeCloseTo(3.92 - 0.5, 5);
    expect((room?.memory ?? 0) / 1024).toBeCloseTo(13_498_416 - gi / 1024, -5);
    expect((room?.disk ?? 0) / 2 ** 20).toBeCloseTo(47_060_071_478 / 2 ** 20, -1);
  });

  test("on EKS is what Karpenter counts with, less the agents", () => {
    // m5.2xlarge: 7810m with 100m for the system, 29217Mi (aws/karpenter-provider-aws #2158).
    const room = roomOn({ cloud: "eks", machine: "m5.2xlarge", ...plain });
    expect(room?.cpu).toBeCloseTo(7.91 - 0.5, 5);
    expect((room?.memory ?? 0) / 2 ** 20).toBeCloseTo(29_217 + 100 - 1024, -1);
  });

  test("is unknown on a machine of unknown size", () => {
    expect(roomOn({ cloud: "eks", machine: "t3.medium", ...plain })).toBeUndefined();
  });

  test.each(
    (["gke", "eks"] as const).flatMap((cloud) =>
      gpuNames.flatMap((gpu) =>
        machinesOf(gpu, cloud).map(({ type }) => [cloud, type, gpu] as const),
      ),
    ),
  )("on %s of %s with %s is no more than a simulated node has", (cloud, machine) => {
    const room = roomOn({ cloud, machine, diskGi: 250, hasGpu: true });
    const { allocatable } = roomOf(cloud, machine, 250);
    expect(room?.cpu).toBeLessThan(allocatable["cpu"] ?? 0);
    expect(room?.memory).toBeLessThan(allocatable["memory"] ?? 0);
    expect(room?.disk).toBeLessThanOrEqual(allocatable["ephemeral-storage"] ?? 0);
  });
});

describe("pods on a node", () => {
  const room = { cpu: 7.5, memory: 16 * gi, disk: 40 * gi };

  test.each([
    ["cores", { cpu: 2.5, memory: gi, disk: gi }, 3],
    ["memory", { cpu: 0.1, memory: 5 * gi, disk: 0 }, 3],
    ["disk", { cpu: 0.1, memory: gi, disk: 10 * gi }, 4],
    ["a sum of fractions", { cpu: 0.3, memory: 0, disk: 0 }, 25],
    ["nothing that is left", { cpu: 8, memory: gi, disk: 0 }, 0],
  ] as const)("are limited by %s", (_what, pod, count) => {
    expect(podsPerNode(room, pod)).toBe(count);
  });
});
