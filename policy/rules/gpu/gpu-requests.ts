import { at, keysAt } from "../../kit/json.ts";
import { matchesAny } from "../../kit/pattern.ts";
import { containersOf, type Container, type Pod } from "../../kit/pods.ts";

const nvidia = ["nvidia.com/gpu", "nvidia.com/gpu.shared", "nvidia.com/mig-*"];
/** Names of resources that are GPUs or parts of one. */
const gpus = [...nvidia, "amd.com/gpu", "gpu.intel.com/*"];

export function isGpu(resource: string): boolean {
  return matchesAny(gpus, resource);
}

/** The GPU resources that a container asks for, with their limits as they are written; others are not read. */
export function gpuRequestsOf({ spec }: Container) {
  const sides = ["limits", "requests"];
  const named = sides.flatMap((side) => keysAt(spec, "resources", side));
  const isAsked = (resource: string) =>
    sides.some((side) => Number(at(spec, "resources", side, resource) ?? 0) !== 0);
  return [...new Set(named)]
    .filter((resource) => isGpu(resource) && isAsked(resource))
    .map((resource) => ({ resource, limit: at(spec, "resources", "limits", resource) }));
}

export type GpuRequest = ReturnType<typeof gpuRequestsOf>[number];

/** Names of the GPU resources that the containers of a pod ask for. */
export function gpusOf(pod: Pod): readonly string[] {
  const all = containersOf(pod).flatMap(gpuRequestsOf);
  return [...new Set(all.map(({ resource }) => resource))];
}

/** Of those, the ones whose nodes NVIDIA's taint keeps others off. */
export function nvidiaGpusOf(pod: Pod): readonly string[] {
  return gpusOf(pod).filter((resource) => matchesAny(nvidia, resource));
}
