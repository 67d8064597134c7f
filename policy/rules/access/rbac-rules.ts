import { cisKubernetes, kubernetesDocs } from "../../kit/frameworks.ts";
import { isPresent, listAt, textAt, textsAt } from "../../kit/json.ts";
import { matchesAny } from "../../kit/pattern.ts";
import { resourceRule } from "../../kit/resource-rule.ts";
import { namespaceOf } from "../../kit/subject.ts";
import { systemNamespaces } from "./namespaces.ts";
import { type Power, powers } from "./rbac-powers.ts";

const group = "rbac.authorization.k8s.io";

const roleKinds = [`${group}/Role`, `${group}/ClusterRole`];
const bindingKinds = [`${group}/RoleBinding`, `${group}/ClusterRoleBinding`];

const fields = ["verbs", "resources", "apiGroups", "nonResourceURLs"] as const;

/** `*` alone, `*` before a subresource, and every URL; `/healthz/*` is not one. */
function isWildcard(text: string): boolean {
  return text === "*" || text === "/*" || text.startsWith("*/");
}

export const rbacWildcards = resourceRule({
  name: "rbac-wildcards",
  title: "Roles grant what they name, never everything",
  why: "A wildcard also grants what the next release of Kubernetes or the next operator brings.",
  fix: "list the verbs, resources, groups and URLs that are really used",
  severity: "high",
  frameworks: [cisKubernetes("Minimize wildcard use in Roles and ClusterRoles")],
  kinds: roleKinds,
  check: ({ props }, report) => {
    for (const [i, rule] of listAt(props, "rules").entries()) {
      const wild = fields.filter((field) => textsAt(rule, field).some(isWildcard));
      if (wild.length > 0) report(`rules.${i} grants all ${wild.join(" and all ")}`);
    }
    // Whose they are, and what those will grant, nobody sees here.
    if (isPresent(props, "aggregationRule")) report("takes up rules of others by aggregationRule");
  },
});

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
  kinds: roleKinds,
  check: (subject, report) => {
    const isOfSystem =
      subject.kind.startsWith("Cluster") || systemNamespaces.includes(namespaceOf(subject.props));
    const granted = powers.filter((power) => power.isOfSystem !== true || isOfSystem);
    for (const [i, rule] of listAt(subject.props, "rules").entries()) {
      for (const power of granted) {
        const grant = grantOf(rule, power);
        report(grant && `rules.${i} grants ${grant}: enough to ${power.allows}`);
      }
    }
  },
});

/** That of administrators, and those of the cluster's own parts. */
const refusedRoles = [
  "cluster-admin",
  "system:controller:*",
  "system:kube-controller-manager",
  "system:kube-scheduler",
  "system:node",
];
/** People may have these in a namespace, and neither a ServiceAccount nor anybody in all: they read Secrets and run pods. */
const refusedForPods = ["admin", "edit"];

const refusedHolders: Readonly<Record<string, readonly string[]>> = {
  Group: [
    "system:masters",
    "system:nodes",
    "system:unauthenticated",
    "system:authenticated",
    "system:serviceaccounts",
    "system:serviceaccounts:*",
  ],
  User: ["system:anonymous", "system:serviceaccount:*:default"],
  ServiceAccount: ["default"],
};

/** Whether a role that leads to administrators is given to more than people in a namespace. */
function isRefused(role: string, kind: string, props: unknown): boolean {
  if (textAt(props, "roleRef", "kind") === "Role") return false;
  const isWide =
    kind.startsWith("Cluster") ||
    listAt(props, "subjects").some((holder) => textAt(holder, "kind") === "ServiceAccount");
  return matchesAny(refusedRoles, role) || (isWide && refusedForPods.includes(role));
}

export const bindings = resourceRule({
  name: "bindings",
  title: "Rights go to identities that somebody has chosen, and cluster-admin to nobody",
  why: "Whoever gets into a pod with cluster-admin, or a built-in role that leads there, owns the cluster, its nodes and every Secret. The default ServiceAccount is that of every pod that names none, and the groups of the system hold everybody: on some clouds anyone with an account.",
  fix: "make a ServiceAccount for the workload, and bind a role of its own to it that lists what is needed",
  severity: "critical",
  frameworks: [
    cisKubernetes("Ensure that the cluster-admin role is only used where required"),
    kubernetesDocs("Role Based Access Control Good Practices"),
  ],
  kinds: bindingKinds,
  check: ({ kind: bindingKind, props }, report) => {
    const role = textAt(props, "roleRef", "name") ?? "";
    if (isRefused(role, bindingKind, props)) report(`binds to ${role}`);
    for (const holder of listAt(props, "subjects")) {
      const kind = textAt(holder, "kind") ?? "";
      const name = textAt(holder, "name") ?? "";
      if (matchesAny(refusedHolders[kind] ?? [], name)) report(`gives rights to ${kind} ${name}`);
    }
  },
});
