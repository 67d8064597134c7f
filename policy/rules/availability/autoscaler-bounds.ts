import { Type } from "typebox";
import { kubernetesDocs } from "../../kit/frameworks.ts";
import { at, isPresent, keysAt, listAt, textAt } from "../../kit/json.ts";
import { containersOf, type Pod } from "../../kit/pods.ts";
import { stackRule } from "../../kit/stack-rule.ts";
import type { Subject } from "../../kit/subject.ts";
import { workloadsOf } from "./parts.ts";
import { autoscalersOf, type Autoscaler } from "./scaling.ts";

/** What an autoscaler looks at. */
interface Metric {
  readonly path: string;
  /** The resource of which it takes the used share of what containers request, like `cpu`. */
  readonly shareOf: string | undefined;
}

function metricOf(metric: unknown, i: number): Metric {
  const isOfOne = textAt(metric, "type") === "ContainerResource";
  const measured = at(metric, isOfOne ? "containerResource" : "resource");
  const isShare = isPresent(measured, "target", "averageUtilization");
  return { path: `metrics.${i}`, shareOf: isShare ? textAt(measured, "name") : undefined };
}

/** Of a ScaledObject: KEDA has the share of a resource measured. */
function triggerOf(trigger: unknown, i: number): Metric {
  const type = textAt(trigger, "type") ?? "";
  const isResource = type === "cpu" || type === "memory";
  const isShare = isResource && (textAt(trigger, "metricType") ?? "Utilization") === "Utilization";
  return { path: `triggers.${i}`, shareOf: isShare ? type : undefined };
}

/** What it scales by. */
function metricsOf({ props }: Subject): Metric[] {
  return [
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
function* missingRequests({ path, shareOf }: Metric, pod: readonly Asking[]) {
  if (shareOf === undefined) return;
  for (const { role, name, resources } of pod) {
    if (resources.includes(shareOf)) continue;
    yield `${path} measures ${shareOf}, of which ${role} "${name}" requests nothing`;
  }
}

/** None at the least is a choice where something wakes the first one. */
function* boundFaults({ min, max, wakes }: Autoscaler, most: number) {
  if (min < 1 && !wakes) yield `may go down to ${min} pods`;
  if (max <= min || (max < 2 && !wakes)) yield `may go up to ${max} pods, so that it never scales`;
  if (max > most) yield `may go up to ${max} pods, more than ${most}`;
}

function* metricFaults(metrics: readonly Metric[], pod: readonly Asking[] = []) {
  if (metrics.length === 0) yield "says nothing of what it scales by";
  for (const metric of metrics) yield* missingRequests(metric, pod);
}

export const autoscalerBounds = stackRule({
  name: "autoscaler-bounds",
  title: "Autoscalers have sane bounds and something to scale by",
  why: "Without a sane most, one burst of load takes the whole cluster and its price; by a resource that a container does not ask for, an autoscaler never scales at all.",
  fix: "set the least and the most number of pods, name the metrics with their targets, and let each container request the resource that is measured",
  severity: "medium",
  frameworks: [kubernetesDocs("Horizontal Pod Autoscaling")],
  config: Type.Object({
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
  evaluate: (found, report, { maxReplicas }) => {
    const pods = new Map(found.flatMap(({ fact }) => fact.pods));
    for (const one of found.flatMap(({ fact }) => fact.autoscalers)) {
      const scaled = one.target === undefined ? undefined : pods.get(one.target);
      report(one.subject, ...boundFaults(one, maxReplicas), ...metricFaults(one.metrics, scaled));
    }
  },
});
