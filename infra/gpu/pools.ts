import { encodes, gpus, machinesOf, type GpuCloud } from "../../config/gpu-catalogue.ts";
import type { GpuPoolSpec } from "../../config/gpu-pools.ts";
import { poolLabels, type Pool } from "../cluster.ts";

/** Keeps pods that need no GPU off the nodes that have one; pods with a GPU tolerate it on every cloud. */
export const gpuTaint = { key: "nvidia.com/gpu", value: "true" } as const;

/** The pool of everything that needs no GPU. */
export const systemPool: Pool = {
  name: "system",
  labels: { [poolLabels.pool]: "system", [poolLabels.kind]: "system" },
};

/** Labels of ours on the nodes of a GPU pool. */
export function gpuPoolLabels(spec: GpuPoolSpec): Record<string, string> {
  return {
    [poolLabels.pool]: spec.name,
    [poolLabels.kind]: "gpu",
    [poolLabels.gpu]: spec.gpu,
    [poolLabels.videoEncode]: String(encodes(spec.gpu)),
    [poolLabels.tier]: gpus[spec.gpu].tier,
    [poolLabels.capacity]: spec.spot ? "spot" : "on-demand",
  };
}

/** What services and outputs know of a GPU pool; of a spot pool the seconds between signal and kill as well. */
export function gpuPool(spec: GpuPoolSpec, cloud: GpuCloud, spotNoticeSeconds: number): Pool {
  const machine = machinesOf(spec.gpu, cloud).find(({ type }) => type === spec.machine);
  if (machine === undefined) {
    throw new RangeError(`pool ${spec.name}: ${cloud} has no ${spec.gpu} on ${spec.machine}`);
  }
  return {
    name: spec.name,
    labels: gpuPoolLabels(spec),
    ...(spec.spot ? { noticeSeconds: spotNoticeSeconds } : {}),
    gpu: {
      model: spec.gpu,
      gpusPerNode: spec.gpusPerNode,
      slicesPerGpu: spec.slicesPerGpu,
      minNodes: spec.minNodes,
      maxNodes: spec.maxNodes,
      spot: spec.spot,
      videoEncode: encodes(spec.gpu),
      tier: gpus[spec.gpu].tier,
      priceClass: machine.price,
    },
  };
}

/** The `gpuPools` output of a stack: quotas and limits count slices, bills count GPUs. */
export function describePools(pools: readonly Pool[]) {
  return pools.flatMap(({ name, gpu }) =>
    gpu === undefined
      ? []
      : [
          {
            name,
            gpu: gpus[gpu.model].label,
            capacity: gpu.spot ? "spot" : "on-demand",
            nodes: { min: gpu.minNodes, max: gpu.maxNodes },
            physicalGpus: {
              min: gpu.minNodes * gpu.gpusPerNode,
              max: gpu.maxNodes * gpu.gpusPerNode,
            },
            slices: {
              min: gpu.minNodes * gpu.gpusPerNode * gpu.slicesPerGpu,
              max: gpu.maxNodes * gpu.gpusPerNode * gpu.slicesPerGpu,
            },
            nvenc: gpu.videoEncode ? "yes" : "no",
            usdPerNodeHour: gpu.priceClass,
          },
        ],
  );
}
