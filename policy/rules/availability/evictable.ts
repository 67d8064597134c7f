import { Type } from "typebox";
import { kubernetesDocs } from "../../kit/frameworks.ts";
import { selects } from "../../kit/selectors.ts";
import { stackRule } from "../../kit/stack-rule.ts";
import { isPatch, titleOf, type Subject } from "../../kit/subject.ts";
import { budgetsOf, type Budget } from "./budgets.ts";
import { amountText, isNone, otherPodsOf, type Amount, type Workload } from "./parts.ts";
import { scaledOf, scaledParts, type Scaled } from "./scaling.ts";

/** What is wrong whatever it selects. */
function* fieldFaults({ subject, limits, minAvailable, maxUnavailable }: Budget) {
  const [only, ...more] = limits;
  if (more.length > 0) {
    yield "has both minAvailable and maxUnavailable, of which only one may be set";
  }
  if (only === undefined && !isPatch(subject)) {
    yield "has neither minAvailable nor maxUnavailable, and then no pod may be evicted";
  }
  if (only !== undefined && (minAvailable ?? maxUnavailable) === undefined) {
    yield `${only} is neither a number nor a percentage`;
  }
  if (maxUnavailable !== undefined && isNone(maxUnavailable)) {
    yield `maxUnavailable is ${amountText(maxUnavailable)}, so that no pod may ever be evicted`;
  }
  if (minAvailable !== undefined && isAll(minAvailable)) {
    yield `minAvailable is ${amountText(minAvailable)}, so that no pod may ever be evicted`;
  }
}

function isAll(amount: Amount): boolean {
  return "percent" in amount && amount.percent >= 100;
}

/** As Kubernetes does it: a share is rounded up. */
function kept(amount: Amount, pods: number): number {
  return "count" in amount ? amount.count : Math.ceil((amount.percent * pods) / 100);
}

/** With the fewest pods that there may be, because then the least may go. */
function* countFaults({ minAvailable }: Budget, selected: readonly Scaled[]) {
  if (minAvailable === undefined || isAll(minAvailable) || selected.length === 0) return;
  const fewest = selected.reduce((sum, { min }) => sum + Math.max(1, min), 0);
  if (kept(minAvailable, fewest) < fewest) return;
  const names = selected.map(({ workload }) => titleOf(workload.subject)).join(", ");
  yield `minAvailable is ${amountText(minAvailable)}, but ${names} may have only ${fewest}, of which then none may be evicted`;
}

const blocked = "a workload that does not start blocks the drain of its nodes";

function sharedBy(pods: Subject, other: Subject): string {
  return `selects pods of ${titleOf(pods)}, which ${titleOf(other)} selects too, and pods with two budgets are never evicted`;
}

export const evictable = stackRule({
  name: "evictable",
  title: "A PodDisruptionBudget always lets some pod go",
  why: "A budget that lets no pod go stops every drain of its node, and with it upgrades and the removal of empty nodes.",
  fix: "set spec.maxUnavailable to 1 and remove spec.minAvailable, in one budget for these pods",
  severity: "high",
  frameworks: [kubernetesDocs("Disruptions"), kubernetesDocs("Safely Drain a Node")],
  config: Type.Object({
    evictUnready: Type.Boolean({
      default: false,
      description:
        "Whether a budget must let pods go that are not ready (unhealthyPodEvictionPolicy: AlwaysAllow): otherwise a workload that does not start blocks the drain of its nodes.",
    }),
  }),
  collect: (subject) => ({
    ...scaledParts(subject),
    others: otherPodsOf(subject),
    budgets: budgetsOf(subject),
  }),
  evaluate: (found, report, { evictUnready }) => {
    const scaled = scaledOf(found);
    const others = found.flatMap(({ fact }) => fact.others);
    /** The first budget of each. */
    const taken = new Map<Subject, Subject>();
    for (const budget of found.flatMap(({ fact }) => fact.budgets)) {
      const { subject, namespace, selector, evictsUnready } = budget;
      for (const problem of fieldFaults(budget)) report(subject, problem);
      if (isPatch(subject)) continue;
      if (evictUnready && !evictsUnready) {
        report(subject, `keeps pods that are not ready: ${blocked}`);
      }
      const isSelected = (pods: Workload) =>
        pods.namespace === namespace && selects(selector, pods.labels);
      const counted = scaled.filter(({ workload }) => isSelected(workload));
      const uncounted = others.filter(isSelected);
      if (uncounted.length === 0) {
        for (const problem of countFaults(budget, counted)) report(subject, problem);
      }
      for (const pods of [...counted.map(({ workload }) => workload), ...uncounted]) {
        const other = taken.get(pods.subject);
        if (other === undefined) taken.set(pods.subject, subject);
        else report(subject, sharedBy(pods.subject, other));
      }
    }
  },
});
