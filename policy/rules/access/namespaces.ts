import { textAt } from "../../kit/json.ts";
import { podsOf } from "../../kit/pods.ts";
import { isKind, isPatch, namespaceOf, type Subject } from "../../kit/subject.ts";
import { ifKnown } from "../../kit/unknown.ts";

/** Namespaces of the cluster itself, of which a program owns nothing but what it puts there. */
export const systemNamespaces = ["kube-system", "kube-public", "kube-node-lease"];

/** What one resource has to do with namespaces; `Guard` is what the rule asks of each of them. */
export interface NamespaceFact<Guard> {
  /** The namespace that it makes. One that only patches a namespace does not own it. */
  readonly made: string | undefined;
  readonly used: string | undefined;
  readonly guards: readonly { readonly namespace: string; readonly guard: Guard }[];
}

function hasPods(subject: Subject): boolean {
  const pods = ifKnown(() => podsOf(subject));
  return pods === undefined || pods.length > 0;
}

export function namespaceFact<Guard>(
  subject: Subject,
  guards: NamespaceFact<Guard>["guards"],
): NamespaceFact<Guard> | undefined {
  const isMade = isKind(subject, "Namespace") && !isPatch(subject);
  const made = isMade ? (textAt(subject.props, "metadata", "name") ?? subject.name) : undefined;
  const used = hasPods(subject) ? namespaceOf(subject.props) : undefined;
  if (made === undefined && used === undefined && guards.length === 0) return undefined;
  return { made, used, guards };
}

/** Every namespace that the program makes or runs pods in; the object itself answers for it, or the first user. */
export function namespacesOf<Guard>(
  found: readonly { readonly subject: Subject; readonly fact: NamespaceFact<Guard> }[],
) {
  const all = new Set(found.flatMap(({ fact: { made, used } }) => [made, used]));
  return [...all].flatMap((namespace) => {
    if (namespace === undefined || systemNamespaces.includes(namespace)) return [];
    const owner =
      found.find(({ fact }) => fact.made === namespace) ??
      found.find(({ fact }) => fact.used === namespace);
    if (owner === undefined) return [];
    const guards = found.flatMap(({ fact }) =>
      fact.guards.filter((one) => one.namespace === namespace).map(({ guard }) => guard),
    );
    return [{ namespace, subject: owner.subject, guards }];
  });
}
