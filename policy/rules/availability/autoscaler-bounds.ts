import { Type } from "typebox";
import { kubernetesDocs } from "../../kit/frameworks.ts";
import { listAt, numberAt } from "../../kit/json.ts";
import { stackRule } from "../../kit/stack-rule.ts";
import { isPatch, type Subject } from "../../kit/subject.ts";
import { askingOf, metricsOf, missingRequests, type Metric } from "./metrics.ts";
import { membersOf, workloadsOf } from "./parts.ts";
import { autoscalersOf, isScaledObject, type Autoscaler } from "./scaling.ts";

interface Limits {
  readonly minReplicas: number;
  readonly maxReplicas: number;
}
type Say = (problem: string) => void;

function judgeBounds({ subject, min, max }: Autoscaler, limits: Limits, say: Say): void {
  const lowest = isScaledObject(subject) ? 0 : limits.minReplicas;
  if (min < lowest) say(`may go down to ${min} pods, fewer than ${lowest}`);
  if (max < min) say(`may go up to ${max} pods, fewer than its least of ${min}`);
  else if (max === min || max < 2) say(`may go up to ${max} pods, so that it never scales`);
  if (max > limits.maxReplicas) say(`may go up to ${max} pods, more than ${limits.maxReplicas}`);
}

function judgeMetrics(metrics: readonly Metric[], say: Say): void {
  if (metrics.length === 0) say("says nothing of what it scales by");
  for (const { path, isComplete } of metrics) {
    if (!isComplete) say(`${path} does not say both what it measures and what to hold`);
  }
}

function partsOf(subject: Subject) {
  return [
    ...workloadsOf(subject).map(({ part, id, pod }) => ({ part, id, asking: askingOf(pod) })),
    ...autoscalersOf(subject).map((one) => ({ ...one, metrics: metricsOf(one.subject) })),
  ];
}

/** KEDA's Jobs for work that waits: up to a hundred at once where nothing is said. */
function judgeJobs(subject: Subject, { maxReplicas }: Limits, say: Say): void {
  for (const { props } of membersOf(subject, "keda.sh/ScaledJob")) {
    const max = numberAt(props, "spec", "maxReplicaCount") ?? 100;
    if (max > maxReplicas) say(`may run ${max} Jobs at once, more than ${maxReplicas}`);
    if (listAt(props, "spec", "triggers").length === 0) say("says nothing of what it scales by");
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
      description: "The lowest least number of pods. A ScaledObject may go down to 0.",
    }),
    maxReplicas: Type.Integer({
      default: 100,
      minimum: 2,
      description: "The highest most number of pods.",
    }),
  }),
  collect: partsOf,
  check: (subject, report, limits) => {
    if (!isPatch(subject)) judgeJobs(subject, limits, report);
  },
  evaluate: (found, report, limits) => {
    const parts = found.flatMap(({ fact }) => fact);
    const workloads = new Map(
      parts.flatMap((part) => (part.part === "workload" ? [[part.id, part] as const] : [])),
    );
    for (const part of parts) {
      if (part.part !== "autoscaler") continue;
      const say: Say = (problem) => {
        report(part.subject, problem);
      };
      judgeBounds(part, limits, say);
      judgeMetrics(part.metrics, say);
      const scaled = part.target === undefined ? undefined : workloads.get(part.target);
      if (scaled === undefined) continue;
      for (const missing of missingRequests(part.metrics, scaled.asking)) say(missing);
    }
  },
});
