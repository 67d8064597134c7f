import { Type } from "typebox";
import { kubernetesDocs } from "../../kit/frameworks.ts";
import { stackRule } from "../../kit/stack-rule.ts";
import { askingOf, metricsOf, missingRequests, type Asking, type Metric } from "./metrics.ts";
import { workloadsOf } from "./parts.ts";
import { autoscalersOf, type Autoscaler } from "./scaling.ts";

interface Limits {
  readonly minReplicas: number;
  readonly maxReplicas: number;
}

function* boundFaults({ min, max }: Autoscaler, { minReplicas, maxReplicas }: Limits) {
  if (min < minReplicas) yield `may go down to ${min} pods, fewer than ${minReplicas}`;
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
      for (const problem of [...boundFaults(one, limits), ...metricFaults(one.metrics, scaled)]) {
        report(one.subject, problem);
      }
    }
  },
});
