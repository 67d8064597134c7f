import { at, textAt } from "../../kit/json.ts";
import { podsOf, type Pod } from "../../kit/pods.ts";
import { labelsAt, type Labels } from "../../kit/selectors.ts";
import { isPatch, isKind, namespaceOf, type Subject } from "../../kit/subject.ts";
import { ifKnown } from "../../kit/unknown.ts";

/** The resource, if it is of one of these kinds. */
export function membersOf(subject: Subject, ...kinds: readonly string[]): Subject[] {
  return isKind(subject, ...kinds) ? [subject] : [];
}

/** One name for what `scaleTargetRef` and the object itself say in two ways. */
export function idOf(namespace: string, group: string, kind: string, name: string): string {
  return [namespace, group, kind, name].join("/");
}

/** Its id, by its true name: that which the provider made, where it made one. */
export function ownId(subject: Subject): string | undefined {
  const { group, kind, props } = subject;
  return ifKnown(() => {
    const name = textAt(props, "metadata", "name");
    if (name === undefined || group === undefined) return undefined;
    return idOf(namespaceOf(props), group, kind, name);
  });
}

/** Pods made of one template, or a single one. */
export interface Template {
  readonly part: "template";
  readonly subject: Subject;
  readonly namespace: string;
  readonly labels: Labels;
  readonly pod: Pod;
}

/** What runs as several pods of one template: a Deployment, a StatefulSet, or a custom resource like them. */
export interface Workload extends Omit<Template, "part"> {
  readonly part: "workload";
  /** As autoscalers name it; undefined while its name is not known. */
  readonly id: string | undefined;
}

function placed(pod: Pod) {
  const { subject, metadata } = pod;
  return {
    subject,
    pod,
    namespace: namespaceOf(subject.props),
    labels: labelsAt(metadata, "labels"),
  };
}

/** The pods of a resource that is more than a patch. */
function allPods(subject: Subject): Pod[] {
  return isPatch(subject) ? [] : podsOf(subject);
}

function isWorkload({ subject, path, endsByItself }: Pod): boolean {
  return path === "spec.template.spec" && !endsByItself && !isKind(subject, "apps/DaemonSet");
}

/** The workloads that a resource is or lists. */
export function workloadsOf(subject: Subject): Workload[] {
  return allPods(subject)
    .filter(isWorkload)
    .map((pod) => ({ part: "workload", ...placed(pod), id: ownId(pod.subject) }));
}

/** All other pods: of DaemonSets and Jobs, and single ones. */
export function otherPodsOf(subject: Subject): Template[] {
  return allPods(subject)
    .filter((pod) => !isWorkload(pod))
    .map((pod) => ({ part: "template", ...placed(pod) }));
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
