import { at, keysAt } from "../../kit/json.ts";
import { matchesAny } from "../../kit/pattern.ts";
import { containersOf, type Container, type Pod } from "../../kit/pods.ts";

const nvidia = ["nvidia.com/gpu", "nvidia.com/gpu.shared", "nvidia.com/mig-*"];
/** Names of resources that are GPUs or parts of one. */
const gpus = [...nvidia, "amd.com/gpu", "gpu.intel.com/*"];

export function isGpu(resource: string): boolean {
  return matchesAny(gpus, resource);
}

/** A GPU resource, and how much of it a container asks for, as it is written; other resources are not read. */
export function gpuRequestsOf({ spec }: Container) {
  const named = [...keysAt(spec, "resources", "limits"), ...keysAt(spec, "resources", "requests")];
  const amountOf = (resource: string) =>
    at(spec, "resources", "limits", resource) ?? at(spec, "resources", "requests", resource) ?? 0;
  return [...new Set(named)]
    .filter(isGpu)
    .map((resource) => ({ resource, amount: amountOf(resource) }))
    .filter(({ amount }) => Number(amount) !== 0);
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
