import { isKind, namespaceOf } from "../../kit/subject.ts";
import { kubernetesDocs } from "../../kit/frameworks.ts";
import { listAt, textsAt } from "../../kit/json.ts";
import { resourceRule } from "../../kit/resource-rule.ts";
import { systemNamespaces } from "./namespaces.ts";
import { powers, type Power } from "./rbac-powers.ts";
import { roleKinds } from "./rbac.ts";

function shared(given: readonly string[], wanted: readonly string[]): string[] {
  return given.filter((text) => wanted.includes(text));
}

/** What of a power a rule grants, like `get, list secrets`; undefined if nothing. */
function grantOf(rule: unknown, power: Power): string | undefined {
  const verbs = shared(textsAt(rule, "verbs"), power.verbs);
  const resources = shared(textsAt(rule, "resources"), power.resources);
  const groups = shared(textsAt(rule, "apiGroups"), power.groups);
  if (verbs.length === 0 || resources.length === 0 || groups.length === 0) return undefined;
  // A name binds no request that creates an object of its own.
  const creates = verbs.includes("create") && resources.some((name) => !name.includes("/"));
  const isBound = textsAt(rule, "resourceNames").length > 0 && !creates;
  if (power.isBoundByNames === true && isBound) return undefined;
  return `${verbs.join(", ")} ${resources.join(", ")}`;
}

export const rbacEscalation = resourceRule({
  name: "rbac-escalation",
  title: "No role grants what makes its holder more than it is",
  why: "Some rights include all others: who may create pods or read Secrets takes the identity of whoever owns them.",
  fix: "take the right away, or bind it to single objects by resourceNames where that binds it",
  severity: "high",
  frameworks: [kubernetesDocs("Role Based Access Control Good Practices")],
  check: (subject, report) => {
    if (!isKind(subject, ...roleKinds)) return;
    const isOfSystem =
      subject.kind.startsWith("Cluster") || systemNamespaces.includes(namespaceOf(subject.props));
    const granted = powers.filter((power) => power.isOfSystem !== true || isOfSystem);
    for (const [i, rule] of listAt(subject.props, "rules").entries()) {
      for (const power of granted) {
        const grant = grantOf(rule, power);
        if (grant !== undefined) report(`rules.${i} grants ${grant}: enough to ${power.allows}`);
      }
    }
  },
});
