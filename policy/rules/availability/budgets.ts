import { Type } from "typebox";
import { kubernetesDocs } from "../../kit/frameworks.ts";
import { textAt } from "../../kit/json.ts";
import { labelSelectorAt, selects, selectorText, type Selector } from "../../kit/selectors.ts";
import { stackRule } from "../../kit/stack-rule.ts";
import { isKind, isPatch, namespaceOf, titleOf, type Subject } from "../../kit/subject.ts";
import { amountAt, amountText, isNone, otherPodsOf, type Amount, type Workload } from "./parts.ts";
import { scaledOf, scaledParts, type Scaled } from "./scaling.ts";

/** How many pods an eviction must leave, or may take. */
export interface Budget {
  readonly subject: Subject;
  readonly namespace: string;
  readonly selector: Selector | undefined;
  readonly minAvailable: Amount | undefined;
  readonly maxUnavailable: Amount | undefined;
  /** Whether pods that are not ready may always go. */
  readonly evictsUnready: boolean;
}

export function budgetsOf(subject: Subject): Budget[] {
  if (!isKind(subject, "policy/PodDisruptionBudget")) return [];
  const { props } = subject;
  return [
    {
      subject,
      namespace: namespaceOf(props),
      selector: labelSelectorAt(props, "spec", "selector"),
      minAvailable: amountAt(props, "spec", "minAvailable"),
      maxUnavailable: amountAt(props, "spec", "maxUnavailable"),
      evictsUnready: textAt(props, "spec", "unhealthyPodEvictionPolicy") === "AlwaysAllow",
    },
  ];
}

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
  collect: (subject) => ({
    ...scaledParts(subject),
    budgets: isPatch(subject) ? [] : budgetsOf(subject),
  }),
  evaluate: (found, report) => {
    const all = found.flatMap(({ fact }) => fact.budgets);
    const budgets = Map.groupBy(all, ({ namespace }) => namespace);
    for (const { workload, max, pods } of scaledOf(found)) {
      if (max < 2) continue;
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

/** What is wrong whatever it selects. */
function* fieldFaults({ subject, minAvailable, maxUnavailable }: Budget) {
  if ((minAvailable ?? maxUnavailable) === undefined && !isPatch(subject)) {
    yield "has neither minAvailable nor maxUnavailable, and then no pod may be evicted";
  }
  const never = "so that no pod may ever be evicted";
  if (isNone(maxUnavailable)) yield `maxUnavailable is ${amountText(maxUnavailable)}, ${never}`;
  if (isAll(minAvailable)) yield `minAvailable is ${amountText(minAvailable)}, ${never}`;
}

function isAll(amount: Amount | undefined): amount is Amount {
  return amount !== undefined && "percent" in amount && amount.percent >= 100;
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
      report(subject, ...fieldFaults(budget));
      if (isPatch(subject)) continue;
      if (evictUnready && !evictsUnready) {
        const blocked = "a workload that does not start blocks the drain of its nodes";
        report(subject, `keeps pods that are not ready: ${blocked}`);
      }
      const isSelected = (pods: Workload) =>
        pods.namespace === namespace && selects(selector, pods.labels);
      const counted = scaled.filter(({ workload }) => isSelected(workload));
      const uncounted = others.filter(isSelected);
      if (uncounted.length === 0) report(subject, ...countFaults(budget, counted));
      for (const pods of [...counted.map(({ workload }) => workload), ...uncounted]) {
        const other = taken.get(pods.subject);
        if (other === undefined) taken.set(pods.subject, subject);
        else report(subject, sharedBy(pods.subject, other));
      }
    }
  },
});
