import { encodes } from "../gpu-catalogue.ts";
import { gpuCapacity, gpuPoolsOf, sliceCapacity, type GpuPoolSpec } from "../gpu-pools.ts";
import type { ConfigValues } from "../schema.ts";
import { when, type Rule } from "./rule.ts";

/** GPU slices that are promised, against those that the pools can have. */

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** `a100 has 32 slices on 8 GPUs`: a slice is a share of a GPU, and a node may have eight GPUs. */
function capacityText(pools: readonly GpuPoolSpec[]): string {
  return pools
    .map((pool) => `${pool.name} has ${sliceCapacity(pool)} slices on ${gpuCapacity(pool)} GPUs`)
    .join(", ");
}

/** With a larger quota, the last pods of a service would stay pending although their quota allows them. */
export const modelQuotasFitThePools: Rule = (config) => {
  const pools = gpuPoolsOf(config);
  const capacity = sum(pools.map(sliceCapacity));
  if (pools.length === 0) return [];
  return Object.entries(config.models).flatMap(([service, { gpuSlices }]) =>
    when(gpuSlices > capacity, () => ({
      path: `models.${service}.gpuSlices`,
      problem: `must be at most ${capacity}, the slices of all pools (it is ${gpuSlices}; ${capacityText(pools)})`,
      remedy: "lower it, or raise maxNodes of a pool; a slice is a share of a GPU, not a GPU",
    })),
  );
};

/** The pools that encode, together for each GPU model: each model gets NVENC workers of its own. */
function encodingModels(pools: readonly GpuPoolSpec[]): [string, GpuPoolSpec[]][] {
  const models = [...new Set(pools.map(({ gpu }) => gpu))].filter(encodes);
  return models.map((model) => [model, pools.filter(({ gpu }) => gpu === model)]);
}

function nvencOver(bound: "min" | "max"): Rule {
  return (config) =>
    encodingModels(gpuPoolsOf(config)).flatMap(([model, pools]) => {
      const wanted = config.workers.nvenc.replicas[bound];
      const capacity = sum(pools.map(sliceCapacity));
      return when(wanted > capacity, () => ({
        path: `workers.nvenc.replicas.${bound}`,
        problem: `must be at most ${capacity}, the slices of the pools of ${model} (it is ${wanted}; ${capacityText(pools)})`,
        remedy: "lower it, or raise maxNodes of a pool; each worker takes one slice",
      }));
    });
}

/** The minimum number of workers must fit, or `pulumi up` waits without end. */
export const nvencWorkersFitThePools: Rule = nvencOver("min");

/** Only a warning: the autoscaler asks for pods that wait, and work goes on. */
export const nvencBoundFitsThePools: Rule = nvencOver("max");

function promised({ models, workers }: ConfigValues, pools: readonly GpuPoolSpec[]): number {
  const forModels = Object.values(models).map(({ gpuSlices }) => gpuSlices);
  return sum(forModels) + encodingModels(pools).length * workers.nvenc.replicas.max;
}

/** Only a warning: quotas are ceilings, and services that are busy at different times can share. */
export const promisesFitThePools: Rule = (config) => {
  const pools = gpuPoolsOf(config);
  const capacity = sum(pools.map(sliceCapacity));
  const wanted = promised(config, pools);
  return when(pools.length > 0 && wanted > capacity, () => ({
    path: "models",
    problem: `and the NVENC workers together may ask for ${wanted} GPU slices, and the pools can have ${capacity} (${capacityText(pools)})`,
    remedy: "expect pods that wait within their quota, or raise maxNodes of a pool",
  }));
};
