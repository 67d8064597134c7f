import { Type } from "typebox";
import { kubernetesDocs } from "../../kit/frameworks.ts";
import { at, isPresent, keysAt, listAt, numberAt, textAt } from "../../kit/json.ts";
import { containersOf, type Pod } from "../../kit/pods.ts";
import { stackRule } from "../../kit/stack-rule.ts";
import type { Subject } from "../../kit/subject.ts";
import { workloadsOf } from "./parts.ts";
import { autoscalersOf, type Autoscaler } from "./scaling.ts";

/** What an autoscaler looks at. */
interface Metric {
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

/** Of a ScaledObject: KEDA measures what its metadata say, and has the share of a resource measured. */
function triggerOf(trigger: unknown, i: number): Metric {
  const type = textAt(trigger, "type") ?? "";
  const isResource = type === "cpu" || type === "memory";
  const isShare = isResource && (textAt(trigger, "metricType") ?? "Utilization") === "Utilization";
  return {
    path: `triggers.${i}`,
    isComplete: type !== "" && keysAt(trigger, "metadata").length > 0,
    shareOf: isShare ? type : undefined,
    container: isResource ? textAt(trigger, "metadata", "containerName") : undefined,
  };
}

/** What it scales by; the first version of the HPA knew only the share of the CPU. */
function metricsOf({ props }: Subject): Metric[] {
  const path = "targetCPUUtilizationPercentage";
  const old = numberAt(props, "spec", path) !== undefined;
  return [
    ...(old ? [{ path, isComplete: true, shareOf: "cpu" }] : []),
    ...listAt(props, "spec", "metrics").map(metricOf),
    ...listAt(props, "spec", "triggers").map(triggerOf),
  ];
}

/** The containers of a pod that are measured, with what they ask for. A limit without a request is a request too. */
function askingOf(pod: Pod) {
  return containersOf(pod)
    .filter(({ role }) => role === "container" || role === "sidecar")
    .map(({ role, name, spec }) => ({
      role,
      name,
      resources: [...keysAt(spec, "resources", "requests"), ...keysAt(spec, "resources", "limits")],
    }));
}

type Asking = ReturnType<typeof askingOf>[number];

/** Why it can't measure the pods: one container without a request is enough for it to measure none. */
function* missingRequests({ path, shareOf, container }: Metric, pod: readonly Asking[]) {
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

interface Limits {
  readonly minReplicas: number;
  readonly maxReplicas: number;
}

function* boundFaults({ min, max, wakes }: Autoscaler, { minReplicas, maxReplicas }: Limits) {
  // None is a choice where something wakes the first one; a few less than the least are not.
  const isChoice = wakes && min === 0;
  if (min < minReplicas && !isChoice) yield `may go down to ${min} pods, fewer than ${minReplicas}`;
  if (max < min) yield `may go up to ${max} pods, fewer than its least of ${min}`;
  else if (max === min || max < 2) yield `may go up to ${max} pods, so that it never scales`;
  if (max > maxReplicas) yield `may go up to ${max} pods, more than ${maxReplicas}`;
}

function* metricFaults(metrics: readonly Metric[], pod: readonly Asking[] | undefined) {
  if (metrics.length === 0) yield "says nothing of what it scales by";
  for (const metric of metrics) {
    const { path, isComplete } = metric;
    if (!isComplete) yield `${path} does not say both what it measures and what to hold`;
    if (pod !== undefined) yield* missingRequests(metric, pod);
  }
}

export const autoscalerBounds = stackRule({
  name: "autoscaler-bounds",
  title: "Autoscalers have sane bounds and something to scale by",
  why: "Without a sane most, one burst of load takes the whole cluster and its price; by a resource that a container does not ask for, an autoscaler never scales at all.",
  fix: "set the least and the most number of pods, name the metrics with their targets, and let each container request the resource that is measured",
  severity: "medium",
  frameworks: [kubernetesDocs("Horizontal Pod Autoscaling")],
  config: Type.Object({
    minReplicas: Type.Integer({
      default: 1,
      minimum: 1,
      description: "The lowest least number of pods.",
    }),
    maxReplicas: Type.Integer({
      default: 100,
      minimum: 2,
      description: "The highest most number of pods.",
    }),
  }),
  collect: (subject) => ({
    pods: workloadsOf(subject).map(({ id, pod }) => [id, askingOf(pod)] as const),
    autoscalers: autoscalersOf(subject).map((one) => ({ ...one, metrics: metricsOf(subject) })),
  }),
  evaluate: (found, report, limits) => {
    const pods = new Map(found.flatMap(({ fact }) => fact.pods));
    for (const one of found.flatMap(({ fact }) => fact.autoscalers)) {
      const scaled = one.target === undefined ? undefined : pods.get(one.target);
      report(one.subject, ...boundFaults(one, limits), ...metricFaults(one.metrics, scaled));
    }
  },
});
