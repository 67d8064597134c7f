import { Type } from "typebox";
import { isExempt } from "../../kit/exemptions.ts";
import { kubernetesDocs } from "../../kit/frameworks.ts";
import { isPresent, listAt, textAt } from "../../kit/json.ts";
import { podRule } from "../../kit/pod-rule.ts";
import { containersOf, type Container } from "../../kit/pods.ts";
import { ifKnown } from "../../kit/unknown.ts";
import { gpuRequestsOf, gpuResources, type GpuRequest } from "./gpu-requests.ts";

/** Amounts are texts or numbers; whatever else the type checker let through is shown as it is. */
function written(amount: unknown): string {
  return typeof amount === "string" ? amount : JSON.stringify(amount);
}

/** The request may be left out: Kubernetes takes the limit for it. */
function fault({ resource, limit, request }: GpuRequest, slices: number): string | undefined {
  if (limit === undefined || limit === null) {
    return `requests ${resource} without a limit, which Kubernetes refuses`;
  }
  if (Number(limit) !== slices) {
    return `asks for ${written(limit)} of ${resource}, where ${slices} is right`;
  }
  if (request !== undefined && request !== null && Number(request) !== slices) {
    return `requests ${written(request)} of ${resource} and has a limit of ${written(limit)}`;
  }
  return undefined;
}

/** Ways to GPUs that the runtime itself gives, past the device plugin: nobody counts them. */
function wayPastRequests({ spec }: Container): string | undefined {
  const variable = "NVIDIA_VISIBLE_DEVICES";
  const isVisible = listAt(spec, "env").some((_, i) => {
    if (textAt(spec, "env", i, "name") !== variable) return false;
    if (isPresent(spec, "env", i, "valueFrom")) return true;
    return !["", "none", "void"].includes(textAt(spec, "env", i, "value") ?? "");
  });
  if (isVisible) return variable;
  return listAt(spec, "volumeMounts")
    .map((mount) => ifKnown(() => textAt(mount, "mountPath")) ?? "")
    .find((path) => path.startsWith("/var/run/nvidia-container-devices"));
}

function mayHaveGpu({ role }: Container): boolean {
  return role === "container" || role === "sidecar";
}

export const oneGpuSlice = podRule({
  name: "one-gpu-slice",
  title: "A pod asks for exactly one slice of a GPU, in one container",
  why: "Two slices of a shared GPU give no more than one and are refused by the device plugin when the pod already sits on its node. A GPU of an init container is idle for as long as the pod runs.",
  fix: "set resources.limits and resources.requests of the GPU to 1 in the one container that uses it; name no devices in its variables, mounts or resourceClaims",
  severity: "medium",
  frameworks: [kubernetesDocs("Schedule GPUs")],
  config: Type.Object({
    resources: gpuResources,
    slices: Type.Integer({
      minimum: 1,
      default: 1,
      description:
        "What a container asks for. Above one is right only where GPUs are not shared and jobs use several.",
    }),
    containers: Type.Integer({
      minimum: 1,
      default: 1,
      description: "How many containers of a pod may have a GPU.",
    }),
  }),
  check: (pod, report, { resources, slices, containers, exempt }) => {
    if (isPresent(pod.spec, "resourceClaims", 0)) {
      report("claims devices by resourceClaims, which no quota of GPUs counts");
    }
    const checked = containersOf(pod).filter(({ name }) => !isExempt(exempt, pod.subject, name));
    const asking = checked
      .map((container) => ({ container, requests: gpuRequestsOf(container, resources) }))
      .filter(({ requests }) => requests.length > 0);
    for (const container of checked) {
      const way = wayPastRequests(container);
      if (way === undefined) continue;
      report(`${container.role} "${container.name}" takes GPUs of its node by ${way}`);
    }
    for (const { container, requests } of asking) {
      const say = (problem: string) => {
        report(`${container.role} "${container.name}" ${problem}`);
      };
      if (!mayHaveGpu(container)) say("asks for a GPU");
      for (const request of requests) {
        const problem = fault(request, slices);
        if (problem !== undefined) say(problem);
      }
      if (requests.length > 1) say("asks for several kinds of GPU resources");
    }
    if (asking.length > containers) {
      const names = asking.map(({ container }) => `"${container.name}"`).join(", ");
      report(`${asking.length} containers ask for a GPU (${names}), where ${containers} may`);
    }
  },
});
