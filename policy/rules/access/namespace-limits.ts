import { kubernetesDocs, nsaCisa } from "../../kit/frameworks.ts";
import { isPresent, keysAt, listAt, textAt } from "../../kit/json.ts";
import { stackRule } from "../../kit/stack-rule.ts";
import { isKind, namespaceOf, type Subject } from "../../kit/subject.ts";
import { namespaceFact, namespacesOf } from "./namespaces.ts";

/** Of these a ResourceQuota of the namespace has at least one. */
const items = [
  "pods",
  "count/pods",
  "requests.memory",
  "limits.memory",
  "requests.cpu",
  "limits.cpu",
];
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
      for (const problem of problemsOf(guards, `of namespace "${namespace}"`)) {
        report(subject, problem);
      }
    }
  },
});
