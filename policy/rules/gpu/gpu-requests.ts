import { Type } from "typebox";
import { at, keysAt } from "../../kit/json.ts";
import { matchesAny } from "../../kit/pattern.ts";
import { containersOf, type Container, type Pod } from "../../kit/pods.ts";

const nvidia = ["nvidia.com/gpu", "nvidia.com/gpu.shared", "nvidia.com/mig-*"];

function names(of: readonly string[]) {
  return Type.Array(Type.String(), {
    default: [...of],
    description: "Names of resources that are GPUs or parts of one. `*` stands for any text.",
  });
}

/** Setting of every rule about pods with GPUs. */
export const gpuResources = names([...nvidia, "amd.com/gpu", "gpu.intel.com/*"]);
/** The same of those about their nodes, which tell by NVIDIA's taint. */
export const nvidiaResources = names(nvidia);

function isNone(amount: unknown): boolean {
  return amount === undefined || amount === null || Number(amount) === 0;
}

/** What a container asks for, as it is written; other resources are not read. */
export function gpuRequestsOf({ spec }: Container, resources: readonly string[]) {
  const named = [...keysAt(spec, "resources", "limits"), ...keysAt(spec, "resources", "requests")];
  return [...new Set(named)]
    .filter((resource) => matchesAny(resources, resource))
    .map((resource) => ({
      resource,
      limit: at(spec, "resources", "limits", resource),
      request: at(spec, "resources", "requests", resource),
    }))
    .filter(({ limit, request }) => !isNone(limit) || !isNone(request));
}

export type GpuRequest = ReturnType<typeof gpuRequestsOf>[number];

/** Names of the GPU resources that the containers of a pod ask for. */
export function gpusOf(pod: Pod, resources: readonly string[]): readonly string[] {
  const all = containersOf(pod).flatMap((container) => gpuRequestsOf(container, resources));
  return [...new Set(all.map(({ resource }) => resource))];
}
