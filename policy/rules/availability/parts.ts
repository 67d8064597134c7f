import { at, textAt } from "../../kit/json.ts";
import { podsOf, type Pod } from "../../kit/pods.ts";
import { labelsAt, type Labels } from "../../kit/selectors.ts";
import { isPatch, isKind, namespaceOf, type Subject } from "../../kit/subject.ts";
import { ifKnown } from "../../kit/unknown.ts";

/** One name for what `scaleTargetRef` and the object itself say in two ways. */
export function idOf(namespace: string, group: string, kind: string, name: string): string {
  return [namespace, group, kind, name].join("/");
}

/** Its id, by its true name: that which the provider made, where it made one. */
export function ownId({ group, kind, props }: Subject): string | undefined {
  return ifKnown(() => {
    const name = textAt(props, "metadata", "name");
    if (name === undefined || group === undefined) return undefined;
    return idOf(namespaceOf(props), group, kind, name);
  });
}

/** Pods made of one template, or a single one. */
export interface Workload {
  readonly subject: Subject;
  readonly namespace: string;
  readonly labels: Labels;
  readonly pod: Pod;
  /** As autoscalers name it; undefined while its name is not known. */
  readonly id: string | undefined;
}

function placed(pod: Pod): Workload {
  const { subject, metadata } = pod;
  const namespace = namespaceOf(subject.props);
  return { subject, pod, namespace, labels: labelsAt(metadata, "labels"), id: ownId(subject) };
}

/** The pods of a resource that is more than a patch. */
function allPods(subject: Subject): Pod[] {
  return isPatch(subject) ? [] : podsOf(subject);
}

function isReplicated({ subject, path, endsByItself }: Pod): boolean {
  return path === "spec.template.spec" && !endsByItself && !isKind(subject, "apps/DaemonSet");
}

/** What runs as several pods of one template, like a Deployment or a StatefulSet. */
export function workloadsOf(subject: Subject): Workload[] {
  return allPods(subject).filter(isReplicated).map(placed);
}

/** All other pods: of DaemonSets and Jobs, and single ones. */
export function otherPodsOf(subject: Subject): Workload[] {
  return allPods(subject)
    .filter((pod) => !isReplicated(pod))
    .map(placed);
}

/** A number of pods or a share of them, as budgets and strategies give it. */
export type Amount = { readonly count: number } | { readonly percent: number };

/** Undefined where there is none, or something that is neither a number nor a percentage. */
export function amountAt(value: unknown, ...path: readonly string[]): Amount | undefined {
  const found = at(value, ...path);
  if (typeof found === "number") return { count: found };
  const percent = typeof found === "string" ? /^(\d+)%$/.exec(found)?.[1] : undefined;
  return percent === undefined ? undefined : { percent: Number(percent) };
}

export function amountText(amount: Amount): string {
  return "count" in amount ? String(amount.count) : `${amount.percent}%`;
}

export function isNone(amount: Amount | undefined): amount is Amount {
  return amount !== undefined && ("count" in amount ? amount.count <= 0 : amount.percent === 0);
}
