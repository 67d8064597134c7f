import { kubernetesDocs } from "../../kit/frameworks.ts";
import { podsOf } from "../../kit/pods.ts";
import {
  labelsAt,
  labelSelectorAt,
  plainSelectorAt,
  selects,
  selectorText,
} from "../../kit/selectors.ts";
import { stackRule } from "../../kit/stack-rule.ts";
import { isPatch, namespaceOf, isKind, type Subject } from "../../kit/subject.ts";
import { budgetsOf, type Budget } from "./budgets.ts";
import { membersOf, otherPodsOf, ownId, workloadsOf } from "./parts.ts";
import { autoscalerSubjects, targetOf } from "./scaling.ts";
import {
  namedOf,
  portsOf,
  servicesOf,
  unnamed,
  unserved,
  type Named,
  type Reachable,
  type Service,
} from "./services.ts";

/** What is wrong in a resource by itself. */
interface Flaw {
  readonly part: "flaw";
  readonly subject: Subject;
  readonly problem: string;
}
interface Scaler {
  readonly part: "scaler";
  readonly subject: Subject;
  readonly namespace: string;
  readonly target: string | undefined;
}
/** Anything that an autoscaler may scale. */
interface Scalable {
  readonly part: "scalable";
  readonly id: string;
}
const owners = ["apps/Deployment", "apps/StatefulSet", "apps/DaemonSet", "apps/ReplicaSet"];

function ownFlaws(subject: Subject): Flaw[] {
  return membersOf(subject, ...owners, "ReplicationController").flatMap((member) => {
    const [pod] = podsOf(member);
    if (pod === undefined) return [];
    const selector = isKind(member, "ReplicationController")
      ? plainSelectorAt(member.props, "spec", "selector")
      : labelSelectorAt(member.props, "spec", "selector");
    const flaw = (problem: string): Flaw[] => [{ part: "flaw", subject: member, problem }];
    if (selector === undefined || selector.length === 0)
      return flaw("has no selector for its pods");
    if (selects(selector, labelsAt(pod.metadata, "labels"))) return [];
    return flaw(
      `its selector (${selectorText(selector)}) does not select the labels of its own pod template`,
    );
  });
}

function reachableOf(subject: Subject): Reachable[] {
  return [...workloadsOf(subject), ...otherPodsOf(subject)].map((one) => ({
    ...one,
    ports: portsOf(one.pod),
  }));
}

function scalersOf(subject: Subject): Scaler[] {
  return autoscalerSubjects(subject).map((member) => ({
    part: "scaler",
    subject: member,
    namespace: namespaceOf(member.props),
    target: targetOf(member),
  }));
}

/** Of custom kinds anything: nobody knows which of them can be scaled. */
function scalablesOf(subject: Subject): Scalable[] {
  const builtIn = ["", "apps"].includes(subject.group ?? "") && !isPatch(subject);
  const ids = builtIn ? workloadsOf(subject).map(({ id }) => id) : [ownId(subject)];
  return ids.flatMap((id) => (id === undefined ? [] : { part: "scalable", id }));
}

type Part = Flaw | Scaler | Scalable | Named | Reachable | Service | Budget;

function partsOf(subject: Subject): Part[] {
  if (subject.group === undefined) return [];
  if (isPatch(subject)) return scalablesOf(subject);
  return [
    ...ownFlaws(subject),
    ...reachableOf(subject),
    ...scalersOf(subject),
    ...scalablesOf(subject),
    ...namedOf(subject),
    ...servicesOf(subject),
    ...budgetsOf(subject),
  ];
}

type Of<Name extends Part["part"]> = Extract<Part, { readonly part: Name }>;

/** What other resources a resource looks at. */
interface Surroundings {
  /** Of its namespace. */
  readonly pods: readonly Reachable[];
  readonly services: readonly Service[];
  readonly allPods: readonly Reachable[];
  readonly scalable: ReadonlySet<string>;
  /** Ids without the namespace. */
  readonly scalableAnywhere: ReadonlySet<string>;
}

/** `shop/apps/Deployment/cart` without `shop`; the core group is empty. */
function withoutNamespace(id: string): string {
  return id.replace(/^[^/]*\/+/, "");
}

/** Where the program has no pods, another one may have what is scaled there, unless this one has it elsewhere. */
function lostTarget({ target }: Of<"scaler">, around: Surroundings) {
  if (target === undefined) return "scaleTargetRef does not name what it scales";
  const plain = withoutNamespace(target);
  if (around.scalable.has(target)) return undefined;
  if (around.pods.length === 0 && !around.scalableAnywhere.has(plain)) return undefined;
  return `scales ${plain}, which its namespace does not have`;
}

function problemsOf(part: Part, around: Surroundings): readonly (string | undefined)[] {
  if (part.part === "flaw") return [part.problem];
  if (part.part === "service") return unserved(part, around.pods, around.allPods);
  if (part.part === "named") return [unnamed(part, around.services)];
  if (part.part === "scaler") return [lostTarget(part, around)];
  if (part.part !== "budget") return [];
  const { selector } = part;
  if (around.pods.some(({ labels }) => selects(selector, labels))) return [];
  if (selector === undefined) return ["has no selector, and so selects no pods"];
  return [`selects no pods: none of its namespace has ${selectorText(selector)}`];
}

export const matchingSelectors = stackRule({
  name: "matching-selectors",
  title: "Selectors and references find what they name",
  why: "A Service without pods answers nobody, and a budget or an autoscaler of pods that don't exist protects and scales nothing; Kubernetes takes all of them without a word.",
  fix: "let the selector or reference name the labels, the port or the name of an object in the same namespace",
  severity: "high",
  frameworks: [kubernetesDocs("Labels and Selectors")],
  collect: partsOf,
  evaluate: (found, report) => {
    const parts = found.flatMap(({ fact }) => fact);
    const allPods = parts.filter((part) => part.part === "workload" || part.part === "template");
    const pods = Map.groupBy(allPods, ({ namespace }) => namespace);
    const services = Map.groupBy(
      parts.filter((part) => part.part === "service"),
      ({ namespace }) => namespace,
    );
    const scalable = new Set(parts.filter((part) => part.part === "scalable").map(({ id }) => id));
    const scalableAnywhere = new Set([...scalable].map(withoutNamespace));
    for (const part of parts) {
      if (part.part === "scalable") continue;
      const { namespace = "" } = "namespace" in part ? part : {};
      const around = {
        pods: pods.get(namespace) ?? [],
        services: services.get(namespace) ?? [],
        allPods,
        scalable,
        scalableAnywhere,
      };
      for (const problem of problemsOf(part, around)) {
        if (problem !== undefined) report(part.subject, problem);
      }
    }
  },
});
