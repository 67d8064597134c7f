import { isExempt } from "../../kit/exemptions.ts";
import { kubernetesDocs } from "../../kit/frameworks.ts";
import { isPresent, listAt, textAt } from "../../kit/json.ts";
import { podRule } from "../../kit/pod-rule.ts";
import { containersOf, type Container } from "../../kit/pods.ts";
import { ifKnown } from "../../kit/unknown.ts";
import { gpuRequestsOf, type GpuRequest } from "./gpu-requests.ts";

/** Above one is right only where GPUs are not shared. Amounts are texts or numbers; whatever else is shown as it is. */
function fault({ resource, limit }: GpuRequest): string | undefined {
  if (Number(limit) === 1) return undefined;
  const written = typeof limit === "string" ? limit : JSON.stringify(limit ?? "no limit");
  return `asks for ${written} of ${resource}, where 1 is right`;
}

/** Ways to GPUs that the runtime itself gives, past the device plugin: nobody counts them. */
function wayPastRequests({ spec }: Container): string | undefined {
  const variable = "NVIDIA_VISIBLE_DEVICES";
  const hidden = ["", "none", "void"];
  const isVisible = listAt(spec, "env")
    .filter((one) => textAt(one, "name") === variable)
    .some((one) => isPresent(one, "valueFrom") || !hidden.includes(textAt(one, "value") ?? ""));
  if (isVisible) return variable;
  return listAt(spec, "volumeMounts")
    .map((mount) => ifKnown(() => textAt(mount, "mountPath")) ?? "")
    .find((path) => path.startsWith("/var/run/nvidia-container-devices"));
}

function* faultsOf(container: Container, requests: readonly GpuRequest[]) {
  const way = wayPastRequests(container);
  if (way !== undefined) yield `takes GPUs of its node by ${way}`;
  if (requests.length === 0) return;
  if (container.role !== "container" && container.role !== "sidecar") yield "asks for a GPU";
  yield* requests.map(fault);
  if (requests.length > 1) yield "asks for several kinds of GPU resources";
}

export const oneGpuSlice = podRule({
  name: "one-gpu-slice",
  title: "A pod asks for exactly one slice of a GPU, in one container",
  why: "Two slices of a shared GPU give no more than one and are refused by the device plugin when the pod already sits on its node. A GPU of an init container is idle for as long as the pod runs.",
  fix: "set resources.limits and resources.requests of the GPU to 1 in the one container that uses it; name no devices in its variables, mounts or resourceClaims",
  severity: "medium",
  frameworks: [kubernetesDocs("Schedule GPUs")],
  check: (pod, report, { exempt }) => {
    if (isPresent(pod.spec, "resourceClaims", 0)) {
      report("claims devices by resourceClaims, which no quota of GPUs counts");
    }
    const asking: string[] = [];
    for (const container of containersOf(pod)) {
      const { name, role } = container;
      if (isExempt(exempt, pod.subject, name)) continue;
      const requests = gpuRequestsOf(container);
      if (requests.length > 0) asking.push(`"${name}"`);
      for (const problem of faultsOf(container, requests)) {
        report(problem && `${role} "${name}" ${problem}`);
      }
    }
    if (asking.length > 1) {
      report(`${asking.length} containers ask for a GPU (${asking.join(", ")}), where 1 may`);
    }
  },
});
