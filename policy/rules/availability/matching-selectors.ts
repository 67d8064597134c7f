import { kubernetesDocs } from "../../kit/frameworks.ts";
import { selects, selectorText } from "../../kit/selectors.ts";
import { stackRule } from "../../kit/stack-rule.ts";
import { isPatch, type Subject } from "../../kit/subject.ts";
import { budgetsOf, type Budget } from "./budgets.ts";
import { ownId, workloadsOf } from "./parts.ts";
import { scalersOf, type Scaler } from "./scaling.ts";
import { reachableOf, servicesOf, unnamed, unserved, type Reachable } from "./services.ts";

/** Ids of what an autoscaler may scale. Of custom kinds anything: nobody knows which of them can be scaled. */
function scalableOf(subject: Subject): (string | undefined)[] {
  const builtIn = ["", "apps"].includes(subject.group ?? "") && !isPatch(subject);
  return builtIn ? workloadsOf(subject).map(({ id }) => id) : [ownId(subject)];
}

function factsOf(subject: Subject) {
  const isPatched = isPatch(subject);
  return {
    pods: reachableOf(subject),
    scalers: scalersOf(subject),
    scalable: scalableOf(subject),
    services: isPatched ? [] : servicesOf(subject),
    budgets: isPatched ? [] : budgetsOf(subject),
  };
}

/** `shop/apps/Deployment/cart` without `shop`; the core group is empty. */
function withoutNamespace(id: string): string {
  return id.replace(/^[^/]*\/+/, "");
}

/** Where the program has no pods, another one may have what is scaled there, unless this one has it elsewhere. */
function* lostTarget(
  { target }: Scaler,
  near: readonly Reachable[],
  scalable: readonly (string | undefined)[],
) {
  if (target === undefined) {
    yield "scaleTargetRef does not name what it scales";
    return;
  }
  if (scalable.includes(target)) return;
  const plain = withoutNamespace(target);
  const isElsewhere = scalable.some((id) => id !== undefined && withoutNamespace(id) === plain);
  if (near.length > 0 || isElsewhere) yield `scales ${plain}, which its namespace does not have`;
}

function* unprotected({ selector }: Budget, near: readonly Reachable[]) {
  if (near.some(({ labels }) => selects(selector, labels))) return;
  if (selector === undefined) yield "has no selector, and so selects no pods";
  else yield `selects no pods: none of its namespace has ${selectorText(selector)}`;
}

export const matchingSelectors = stackRule({
  name: "matching-selectors",
  title: "Selectors and references find what they name",
  why: "A Service without pods answers nobody, and a budget or an autoscaler of pods that don't exist protects and scales nothing; Kubernetes takes all of them without a word.",
  fix: "let the selector or reference name the labels, the port or the name of an object in the same namespace",
  severity: "high",
  frameworks: [kubernetesDocs("Labels and Selectors")],
  collect: (subject) => (subject.group === undefined ? undefined : factsOf(subject)),
  evaluate: (found, report) => {
    const allPods = found.flatMap(({ fact }) => fact.pods);
    const allServices = found.flatMap(({ fact }) => fact.services);
    const scalable = found.flatMap(({ fact }) => fact.scalable);
    const pods = Map.groupBy(allPods, ({ namespace }) => namespace);
    const services = Map.groupBy(allServices, ({ namespace }) => namespace);
    const near = ({ namespace }: { readonly namespace: string }) => pods.get(namespace) ?? [];
    for (const { subject, fact } of found) {
      report(
        subject,
        ...fact.services.flatMap((one) => unserved(one, near(one), allPods)),
        ...fact.pods.flatMap((one) => unnamed(one, services.get(one.namespace) ?? [])),
        ...fact.scalers.flatMap((one) => [...lostTarget(one, near(one), scalable)]),
        ...fact.budgets.flatMap((one) => [...unprotected(one, near(one))]),
      );
    }
  },
});
