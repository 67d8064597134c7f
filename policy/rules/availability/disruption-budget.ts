import { Type } from "typebox";
import { kubernetesDocs } from "../../kit/frameworks.ts";
import { selects, selectorText } from "../../kit/selectors.ts";
import { stackRule } from "../../kit/stack-rule.ts";
import { isPatch, titleOf } from "../../kit/subject.ts";
import { budgetsOf, type Budget } from "./budgets.ts";
import { isNone } from "./parts.ts";
import { scaledOf, scaledParts } from "./scaling.ts";

/** Whether it would let all pods go at once even where there are as many as there can be. */
function protectsNothing({ minAvailable, maxUnavailable }: Budget, max: number): boolean {
  if (maxUnavailable === undefined) return isNone(minAvailable);
  return "count" in maxUnavailable ? maxUnavailable.count >= max : maxUnavailable.percent >= 100;
}

function others(budgets: readonly Budget[]): string {
  const texts = budgets
    .slice(0, 3)
    .map(({ subject, selector }) => `${titleOf(subject)} selects ${selectorText(selector ?? [])}`);
  return texts.length === 0 ? "" : `: ${texts.join("; ")}`;
}

/**
 * Of an autoscaler the most pods count: a drain that comes while there are many takes them all. One pod at the least is
 * no reason against a budget, because maxUnavailable lets a single pod go.
 */
export const disruptionBudget = stackRule({
  name: "disruption-budget",
  title: "What runs as several pods has a PodDisruptionBudget",
  why: "When nodes are drained for an upgrade, all pods of a service may go at the same moment, although each has a twin.",
  fix: "add a PodDisruptionBudget in the same namespace whose spec.selector selects the labels of the pod template, with spec.maxUnavailable set to 1",
  severity: "high",
  frameworks: [kubernetesDocs("Specifying a Disruption Budget for your Application")],
  config: Type.Object({
    replicas: Type.Integer({
      default: 2,
      minimum: 1,
      description: "From how many pods on there must be a budget; of an autoscaler its most.",
    }),
  }),
  collect: (subject) => ({
    ...scaledParts(subject),
    budgets: isPatch(subject) ? [] : budgetsOf(subject),
  }),
  evaluate: (found, report, { replicas }) => {
    const all = found.flatMap(({ fact }) => fact.budgets);
    const budgets = Map.groupBy(all, ({ namespace }) => namespace);
    for (const { workload, max, pods } of scaledOf(found)) {
      if (max < replicas) continue;
      const near = budgets.get(workload.namespace) ?? [];
      const own = near.filter(({ selector }) => selects(selector, workload.labels));
      if (own.length === 0) {
        report(workload.subject, `no PodDisruptionBudget selects its ${pods}${others(near)}`);
      } else if (own.every((budget) => protectsNothing(budget, max))) {
        const names = own.map(({ subject }) => titleOf(subject)).join(", ");
        report(workload.subject, `${names} lets all of its ${pods} go at once`);
      }
    }
  },
});
