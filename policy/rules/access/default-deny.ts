import { nsaCisa } from "../../kit/frameworks.ts";
import { listAt } from "../../kit/json.ts";
import { stackRule } from "../../kit/stack-rule.ts";
import { isKind, namespaceOf } from "../../kit/subject.ts";
import { namespaceFact, namespacesOf } from "./namespaces.ts";
import { directionsOf, networkPolicyKind, selectsAll, type Direction } from "./network-policies.ts";

const edges = { Ingress: "ingress", Egress: "egress" } as const;

/** The directions that a policy shuts for all pods of its namespace. */
function shutBy(policy: unknown): Direction[] {
  if (!selectsAll(policy, "spec", "podSelector")) return [];
  return directionsOf(policy).filter(
    (direction) => listAt(policy, "spec", edges[direction]).length === 0,
  );
}

export const defaultDeny = stackRule({
  name: "default-deny",
  title: "Every namespace denies what no policy allows, in and out",
  why: "Without it every pod of the cluster reaches every other, and one that is taken over reaches databases and the internet.",
  fix: "add a NetworkPolicy with podSelector {} and policyTypes [Ingress, Egress] that has neither ingress nor egress",
  severity: "high",
  frameworks: [nsaCisa("Network policies")],
  collect: (subject) =>
    namespaceFact(
      subject,
      isKind(subject, networkPolicyKind)
        ? [{ namespace: namespaceOf(subject.props), guard: shutBy(subject.props) }]
        : [],
    ),
  evaluate: (found, report) => {
    for (const { namespace, subject, guards } of namespacesOf(found)) {
      const shut = new Set(guards.flat());
      const open = (["Ingress", "Egress"] as const).filter((direction) => !shut.has(direction));
      if (open.length === 0) continue;
      report(
        subject,
        `no NetworkPolicy denies ${open.join(" and ")} to all pods of namespace "${namespace}"`,
      );
    }
  },
});
