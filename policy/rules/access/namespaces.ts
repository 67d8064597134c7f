import { Type } from "typebox";
import { textAt } from "../../kit/json.ts";
import { podsOf } from "../../kit/pods.ts";
import { isKind, isPatch, namespaceOf, type Subject } from "../../kit/subject.ts";
import { ifKnown } from "../../kit/unknown.ts";

/** Setting of the rules to which it matters whose a namespace is. */
export const systemNamespaces = Type.Array(Type.String(), {
  default: ["kube-system", "kube-public", "kube-node-lease"],
  description:
    "Namespaces of the cluster itself, of which a program owns nothing but what it puts there.",
});

function hasPods(subject: Subject): boolean {
  const pods = ifKnown(() => podsOf(subject));
  return pods === undefined || pods.length > 0;
}

/** The namespace that a resource makes. One that only patches a namespace does not own it. */
function madeBy(subject: Subject): string[] {
  if (isPatch(subject) || !isKind(subject, "Namespace")) return [];
  return [textAt(subject.props, "metadata", "name") ?? subject.name];
}

/** The namespace in which a resource runs pods. */
function usedBy(subject: Subject): string[] {
  return subject.group !== undefined && hasPods(subject) ? [namespaceOf(subject.props)] : [];
}

/** What one resource has to do with namespaces; `Guard` is what the rule asks of each of them. */
export interface NamespaceFact<Guard> {
  readonly made: readonly string[];
  readonly used: readonly string[];
  readonly guards: readonly { readonly namespace: string; readonly guard: Guard }[];
}

/** Undefined where it has nothing to do with any. */
export function namespaceFact<Guard>(
  subject: Subject,
  guards: NamespaceFact<Guard>["guards"],
): NamespaceFact<Guard> | undefined {
  const made = madeBy(subject);
  const used = usedBy(subject);
  return made.length + used.length + guards.length === 0 ? undefined : { made, used, guards };
}

interface Seen<Guard> {
  subject: Subject | undefined;
  readonly guards: Guard[];
}

/** A namespace, the resource that answers for it, and what guards it. */
export interface GuardedNamespace<Guard> {
  readonly namespace: string;
  readonly subject: Subject;
  readonly guards: readonly Guard[];
}

/** Every namespace that the program makes or runs pods in; the object itself answers for it, or the first user. */
export function namespacesOf<Guard>(
  found: readonly { readonly subject: Subject; readonly fact: NamespaceFact<Guard> }[],
  system: readonly string[],
): GuardedNamespace<Guard>[] {
  const all = new Map<string, Seen<Guard>>();
  const seen = (namespace: string) => {
    const known = all.get(namespace) ?? { subject: undefined, guards: [] };
    all.set(namespace, known);
    return known;
  };
  for (const { subject, fact } of found) {
    for (const namespace of fact.made) seen(namespace).subject = subject;
    for (const namespace of fact.used) seen(namespace).subject ??= subject;
    for (const { namespace, guard } of fact.guards) seen(namespace).guards.push(guard);
  }
  return [...all].flatMap(([namespace, { subject, guards }]) =>
    subject === undefined || system.includes(namespace) ? [] : [{ namespace, subject, guards }],
  );
}
