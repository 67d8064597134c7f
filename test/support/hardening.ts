import { parseQuantity } from "../../config/units.ts";
import type { Container, Pod } from "./pods.ts";

function everyContainer({ spec }: Pod, holds: (container: Container) => boolean): boolean {
  return spec.containers.every(holds);
}

/** Jobs end by themselves: nothing asks whether they are well. */
function isLasting({ kind }: Pod): boolean {
  return kind !== "Job";
}

/** What every pod of ours must be; what the pod does not say counts as not being it. */
export const hardening: Readonly<Record<string, (pod: Pod) => boolean>> = {
  "runs as an unprivileged user": ({ spec: { securityContext } }) =>
    securityContext?.runAsNonRoot === true && (securityContext.runAsUser ?? 0) >= 10_000,
  "runs under the default seccomp profile": (pod) =>
    pod.spec.securityContext?.seccompProfile?.type === "RuntimeDefault" ||
    everyContainer(pod, (c) => c.securityContext?.seccompProfile?.type === "RuntimeDefault"),
  "drops all capabilities": (pod) =>
    everyContainer(pod, (c) => c.securityContext?.capabilities?.drop?.includes("ALL") === true),
  "cannot gain privileges": (pod) =>
    everyContainer(
      pod,
      ({ securityContext: context }) =>
        context?.allowPrivilegeEscalation === false && context.privileged !== true,
    ),
  "cannot write to its root": (pod) =>
    everyContainer(pod, (c) => c.securityContext?.readOnlyRootFilesystem === true),
  "shares no namespace with its node": ({ spec }) =>
    spec.hostNetwork !== true && spec.hostPID !== true && spec.hostIPC !== true,
  "mounts nothing of its node": ({ spec }) =>
    (spec.volumes ?? []).every(({ hostPath }) => hostPath === undefined),
  "has its own account": ({ spec }) => (spec.serviceAccountName ?? "default") !== "default",
  "has no token": ({ spec }) => spec.automountServiceAccountToken === false,
  "requests CPU and memory, and is limited in memory": (pod) =>
    everyContainer(
      pod,
      ({ resources: { requests, limits } }) =>
        parseQuantity(requests.cpu) > 0 &&
        parseQuantity(requests.memory) <= parseQuantity(limits.memory),
    ),
  "has a priority": ({ spec }) => (spec.priorityClassName ?? "") !== "",
  "has time to stop in": ({ spec }) => (spec.terminationGracePeriodSeconds ?? 0) >= 30,
  "uses an image with a tag that stands": (pod) =>
    everyContainer(pod, ({ image }) => /:(?!latest$)[A-Za-z0-9._-]+$/.test(image)),
  "has startup, readiness and liveness probes": (pod) =>
    !isLasting(pod) ||
    everyContainer(pod, (c) =>
      [c.startupProbe, c.readinessProbe, c.livenessProbe].every((probe) => probe !== undefined),
    ),
  "writes only where a size is set": ({ spec }) =>
    (spec.volumes ?? []).every(
      ({ emptyDir }) => emptyDir === undefined || emptyDir.sizeLimit !== undefined,
    ),
};

/** `pod: what it is not`, for each of the rules that a pod does not keep. */
export function softSpots(pods: readonly Pod[]): string[] {
  return Object.entries(hardening)
    .flatMap(([rule, holds]) =>
      pods.filter((pod) => !holds(pod)).map(({ name }) => `${name}: not "${rule}"`),
    )
    .toSorted();
}
