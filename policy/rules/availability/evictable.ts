import { Type } from "typebox";
import { kubernetesDocs } from "../../kit/frameworks.ts";
import { selects } from "../../kit/selectors.ts";
import { stackRule } from "../../kit/stack-rule.ts";
import { isPatch, titleOf, type Subject } from "../../kit/subject.ts";
import { budgetsOf, type Budget } from "./budgets.ts";
import { amountText, otherPodsOf, type Amount, type Template } from "./parts.ts";
import { scaledOf, scaledParts, type Scaled } from "./scaling.ts";

type Say = (problem: string) => void;

/** What is wrong whatever it selects. */
function judgeFields({ subject, limits, minAvailable, maxUnavailable }: Budget, say: Say): void {
  const [only, ...more] = limits;
  if (more.length > 0)
    say("has both minAvailable and maxUnavailable, of which only one may be set");
  if (only === undefined && !isPatch(subject)) {
    say("has neither minAvailable nor maxUnavailable, and then no pod may be evicted");
  }
  if (only !== undefined && (minAvailable ?? maxUnavailable) === undefined) {
    say(`${only} is neither a number nor a percentage`);
  }
  if (maxUnavailable !== undefined && isNothing(maxUnavailable)) {
    say(`maxUnavailable is ${amountText(maxUnavailable)}, so that no pod may ever be evicted`);
  }
  if (minAvailable !== undefined && "percent" in minAvailable && minAvailable.percent >= 100) {
    say(`minAvailable is ${amountText(minAvailable)}, so that no pod may ever be evicted`);
  }
}

function isNothing(amount: Amount): boolean {
  return "count" in amount ? amount.count <= 0 : amount.percent === 0;
}

/** As Kubernetes does it: a share is rounded up. */
function kept(amount: Amount, pods: number): number {
  return "count" in amount ? amount.count : Math.ceil((amount.percent * pods) / 100);
}

/** With the fewest pods that there may be, because then the least may go. */
function judgeCount({ minAvailable }: Budget, selected: readonly Scaled[], say: Say): void {
  if (minAvailable === undefined || ("percent" in minAvailable && minAvailable.percent >= 100))
    return;
  const fewest = selected.reduce((sum, { min }) => sum + Math.max(1, min), 0);
  if (kept(minAvailable, fewest) < fewest) return;
  const names = selected.map(({ workload }) => titleOf(workload.subject)).join(", ");
  say(
    `minAvailable is ${amountText(minAvailable)}, but ${names} may have only ${fewest}, of which then none may be evicted`,
  );
}

type Part = ReturnType<typeof scaledParts>[number] | Template | Budget;

function podsIn(parts: readonly Part[]) {
  const known = parts.filter((part) => part.part !== "template");
  return {
    scaled: Map.groupBy(scaledOf(known), ({ workload }) => workload.namespace),
    others: Map.groupBy(
      parts.filter((part) => part.part === "template"),
      ({ namespace }) => namespace,
    ),
    budgets: parts.filter((part) => part.part === "budget"),
  };
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
  collect: (subject) => [...scaledParts(subject), ...otherPodsOf(subject), ...budgetsOf(subject)],
  evaluate: (found, report, { evictUnready }) => {
    const { budgets, scaled, others } = podsIn(found.flatMap(({ fact }) => fact));
    /** The first budget of each. */
    const taken = new Map<Subject, Budget>();
    for (const budget of budgets) {
      const { subject, namespace, selector, evictsUnready } = budget;
      const say: Say = (problem) => {
        report(subject, problem);
      };
      judgeFields(budget, say);
      if (isPatch(subject)) continue;
      if (evictUnready && !evictsUnready) say(`keeps pods that are not ready: ${blocked}`);
      const counted = (scaled.get(namespace) ?? []).filter(({ workload }) =>
        selects(selector, workload.labels),
      );
      const uncounted = (others.get(namespace) ?? []).filter(({ labels }) =>
        selects(selector, labels),
      );
      if (uncounted.length === 0 && counted.length > 0) judgeCount(budget, counted, say);
      for (const pods of [...counted.map(({ workload }) => workload), ...uncounted]) {
        const other = taken.get(pods.subject);
        if (other === undefined) taken.set(pods.subject, budget);
        else say(sharedBy(pods.subject, other.subject));
      }
    }
  },
});
