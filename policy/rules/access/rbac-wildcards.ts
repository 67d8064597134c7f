import { cisKubernetes } from "../../kit/frameworks.ts";
import { isPresent, listAt, textsAt } from "../../kit/json.ts";
import { resourceRule } from "../../kit/resource-rule.ts";
import { isKind } from "../../kit/subject.ts";
import { labelSelectorAt, type Selector } from "../../kit/selectors.ts";
import { namesNone } from "./network-policies.ts";
import { roleKinds } from "./rbac.ts";

const fields = ["verbs", "resources", "apiGroups", "nonResourceURLs"] as const;

/** `*` alone, `*` before a subresource, and every URL; `/healthz/*` is not one. */
function isWildcard(text: string): boolean {
  return text === "*" || text === "/*" || text.startsWith("*/");
}

/** Labels of ClusterRoles whose rights the built-in admin and edit add up. */
const ofAdmins = /^rbac\.authorization\.k8s\.io\/aggregate-to-(admin|edit|cluster-admin)$/;

/** Whose rules a selector takes up, where that is too much. */
function takenUp(selector: Selector): string | undefined {
  if (namesNone(selector)) return "every ClusterRole";
  const role = selector
    .filter(({ operator }) => operator === "In" || operator === "Exists")
    .flatMap(({ key }) => ofAdmins.exec(key)?.[1] ?? [])[0];
  return role && `the built-in ${role}`;
}

export const rbacWildcards = resourceRule({
  name: "rbac-wildcards",
  title: "Roles grant what they name, never everything",
  why: "A wildcard also grants what the next release of Kubernetes or the next operator brings.",
  fix: "list the verbs, resources, groups and URLs that are really used",
  severity: "high",
  frameworks: [cisKubernetes("Minimize wildcard use in Roles and ClusterRoles")],
  check: (subject, report) => {
    if (!isKind(subject, ...roleKinds)) return;
    for (const [i, rule] of listAt(subject.props, "rules").entries()) {
      const wild = fields.filter((field) => textsAt(rule, field).some(isWildcard));
      if (wild.length > 0) report(`rules.${i} grants all ${wild.join(" and all ")}`);
    }
    if (!isPresent(subject.props, "aggregationRule")) return;
    for (const selector of listAt(subject.props, "aggregationRule", "clusterRoleSelectors")) {
      const all = takenUp(labelSelectorAt(selector) ?? []);
      if (all !== undefined) report(`takes up the rules of ${all} by aggregationRule`);
    }
  },
});
