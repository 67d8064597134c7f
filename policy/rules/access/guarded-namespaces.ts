import { kubernetesDocs, nsaCisa, podSecurityRestricted } from "../../kit/frameworks.ts";
import { isPresent, keysAt, listAt, textAt } from "../../kit/json.ts";
import { resourceRule } from "../../kit/resource-rule.ts";
import { stackRule } from "../../kit/stack-rule.ts";
import { isKind, isPatch, namespaceOf, type Subject } from "../../kit/subject.ts";
import { namespaceFact, namespacesOf } from "./namespaces.ts";
import { type Direction, directionsOf, networkPolicyKind, selectsAll } from "./network-policies.ts";

const edges = { Ingress: "ingress", Egress: "egress" } as const;

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

const items = "pods count/pods requests.memory limits.memory requests.cpu limits.cpu".split(" ");
const loadBalancers = "services.loadbalancers";

/** What a ResourceQuota counts, and what a LimitRange gives containers that say nothing. */
interface Guard {
  readonly quota: readonly string[];
  readonly defaults: readonly string[];
}

function guardOf(subject: Subject): Guard | undefined {
  const { props } = subject;
  if (isKind(subject, "ResourceQuota")) {
    return { quota: keysAt(props, "spec", "hard"), defaults: [] };
  }
  if (!isKind(subject, "LimitRange")) return undefined;
  const limits = listAt(props, "spec", "limits").filter(
    (item) => textAt(item, "type") === "Container" && isPresent(item, "default"),
  );
  return { quota: [], defaults: limits.flatMap((item) => keysAt(item, "default")) };
}

function problemsOf(guards: readonly Guard[], where: string): string[] {
  const counted = guards.flatMap(({ quota }) => quota);
  const given = guards.flatMap(({ defaults }) => defaults);
  const uncounted = `no ResourceQuota ${where} has`;
  return [
    ...(items.some((item) => counted.includes(item))
      ? []
      : [`${uncounted} one of ${items.join(", ")}`]),
    ...(counted.includes(loadBalancers) ? [] : [`${uncounted} ${loadBalancers}`]),
    ...(given.includes("memory") ? [] : [`no LimitRange ${where} has a default limit of memory`]),
  ];
}

export const namespaceLimits = stackRule({
  name: "namespace-limits",
  title: "Every namespace has a ceiling, and defaults for containers that state no limits",
  why: "One controller that runs wild, or one container without a limit, takes the nodes from all others.",
  fix: "add a ResourceQuota with those items in spec.hard, and a LimitRange with limits of type Container and those defaults",
  severity: "medium",
  frameworks: [nsaCisa("Resource policies"), kubernetesDocs("Resource Quotas")],
  collect: (subject) => {
    const guard = guardOf(subject);
    const guards = guard === undefined ? [] : [{ namespace: namespaceOf(subject.props), guard }];
    return namespaceFact<Guard>(subject, guards);
  },
  evaluate: (found, report) => {
    for (const { namespace, subject, guards } of namespacesOf(found)) {
      report(subject, ...problemsOf(guards, `of namespace "${namespace}"`));
    }
  },
});

const label = "pod-security.kubernetes.io/enforce";
export const podSecurityLabels = resourceRule({
  name: "pod-security-labels",
  title: "Every namespace makes the cluster refuse pods that break Pod Security",
  why: "The pack sees what its programs make; the label also stops what is made by hand or by a controller.",
  fix: `set metadata.labels["${label}"] to restricted, and "${label}-version" to latest`,
  severity: "high",
  frameworks: [podSecurityRestricted("Enforced by namespace labels")],
  kinds: ["Namespace"],
  check: (subject, report) => {
    const version = textAt(subject.props, "metadata", "labels", `${label}-version`) ?? "latest";
    if (version !== "latest") report(`enforces the standards of ${version}, which must be latest`);
    const given = textAt(subject.props, "metadata", "labels", label);
    // A patch that doesn't touch the label leaves it as it is.
    if (given === "restricted" || (given === undefined && isPatch(subject))) return;
    const now = given === undefined ? "no Pod Security level" : `the Pod Security level ${given}`;
    report(`enforces ${now}, which must be restricted`);
  },
});
