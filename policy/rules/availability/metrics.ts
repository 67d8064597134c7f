import { at, isPresent, keysAt, listAt, numberAt, textAt } from "../../kit/json.ts";
import { containersOf, type Pod } from "../../kit/pods.ts";
import type { Subject } from "../../kit/subject.ts";

/** What an autoscaler looks at. */
export interface Metric {
  readonly path: string;
  /** Whether it says what is measured, and what to hold. */
  readonly isComplete: boolean;
  /** The resource of which it takes the used share of what containers request, like `cpu`. */
  readonly shareOf: string | undefined;
  /** The one container that counts; all if absent. */
  readonly container?: string | undefined;
}

/** Where each type keeps what it measures. */
const sections: Readonly<Record<string, string>> = {
  Resource: "resource",
  ContainerResource: "containerResource",
  Pods: "pods",
  Object: "object",
  External: "external",
};
const targets = ["averageUtilization", "averageValue", "value"];

function metricOf(metric: unknown, i: number): Metric {
  const type = textAt(metric, "type") ?? "";
  const measured = at(metric, sections[type] ?? type);
  const isShare = isPresent(measured, "target", "averageUtilization");
  return {
    path: `metrics.${i}`,
    isComplete:
      targets.some((key) => isPresent(measured, "target", key)) &&
      (isPresent(measured, "name") || isPresent(measured, "metric", "name")),
    shareOf: isShare ? textAt(measured, "name") : undefined,
    container: type === "ContainerResource" ? textAt(measured, "container") : undefined,
  };
}

/** What it scales by; the first version of the kind knew only the share of the CPU. */
export function metricsOf({ props }: Subject): Metric[] {
  const path = "targetCPUUtilizationPercentage";
  const old = numberAt(props, "spec", path) !== undefined;
  return [
    ...(old ? [{ path, isComplete: true, shareOf: "cpu" }] : []),
    ...listAt(props, "spec", "metrics").map(metricOf),
  ];
}

/** A container with the resources that it asks for. */
export interface Asking {
  readonly role: string;
  readonly name: string;
  readonly resources: readonly string[];
}

/** Those of a pod that are measured. A limit without a request is a request too. */
export function askingOf(pod: Pod): Asking[] {
  return containersOf(pod)
    .filter(({ role }) => role === "container" || role === "sidecar")
    .map(({ role, name, spec }) => ({
      role,
      name,
      resources: [...keysAt(spec, "resources", "requests"), ...keysAt(spec, "resources", "limits")],
    }));
}

/** Why it can't measure the pods: one container without a request is enough for it to measure none. */
export function* missingRequests({ path, shareOf, container }: Metric, pod: readonly Asking[]) {
  if (shareOf === undefined) return;
  const counted = pod.filter(({ name }) => container === undefined || name === container);
  if (counted.length === 0) {
    yield `${path} measures container "${container ?? ""}", which its pods don't have`;
  }
  for (const { role, name, resources } of counted) {
    if (resources.includes(shareOf)) continue;
    yield `${path} measures ${shareOf}, of which ${role} "${name}" requests nothing`;
  }
}
