import { Type } from "typebox";
import { kubernetesDocs, nsaCisa } from "../../kit/frameworks.ts";
import { isPresent, keysAt, listAt, textAt } from "../../kit/json.ts";
import { stackRule } from "../../kit/stack-rule.ts";
import { isKind, namespaceOf, type Subject } from "../../kit/subject.ts";
import { namespaceFact, namespacesOf, systemNamespaces } from "./namespaces.ts";

/** What a ResourceQuota counts, and what a LimitRange gives containers that say nothing. */
interface Guard {
  readonly quota: readonly string[];
  readonly defaults: readonly string[];
}

const settings = Type.Object({
  quota: Type.Array(Type.String(), {
    default: [
      "pods",
      "count/pods",
      "requests.memory",
      "limits.memory",
      "requests.cpu",
      "limits.cpu",
    ],
    description: "Items of spec.hard of which a ResourceQuota of the namespace has at least one.",
  }),
  alsoQuota: Type.Array(Type.String(), {
    default: [],
    description:
      "Items that the quotas of every namespace have beside it, like `services.loadbalancers`.",
  }),
  defaults: Type.Array(Type.String(), {
    default: ["memory"],
    description: "Limits that a LimitRange of the namespace gives containers that state none.",
  }),
  systemNamespaces,
});

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

function guardsOf(subject: Subject) {
  const guard = guardOf(subject);
  return guard === undefined ? [] : [{ namespace: namespaceOf(subject.props), guard }];
}

export const namespaceLimits = stackRule({
  name: "namespace-limits",
  title: "Every namespace has a ceiling, and defaults for containers that state no limits",
  why: "One controller that runs wild, or one container without a limit, takes the nodes from all others.",
  fix: "add a ResourceQuota with those items in spec.hard, and a LimitRange with limits of type Container and those defaults",
  severity: "medium",
  frameworks: [
    nsaCisa("Resource policies"),
    kubernetesDocs("Resource Quotas"),
    kubernetesDocs("Limit Ranges"),
  ],
  config: settings,
  collect: (subject) => namespaceFact<Guard>(subject, guardsOf(subject)),
  evaluate: (found, report, config) => {
    for (const { namespace, subject, guards } of namespacesOf(found, config.systemNamespaces)) {
      const counted = new Set(guards.flatMap(({ quota }) => quota));
      const given = new Set(guards.flatMap(({ defaults }) => defaults));
      const where = `of namespace "${namespace}"`;
      if (!config.quota.some((item) => counted.has(item))) {
        report(subject, `no ResourceQuota ${where} has one of ${config.quota.join(", ")}`);
      }
      const uncounted = config.alsoQuota.filter((item) => !counted.has(item));
      if (uncounted.length > 0)
        report(subject, `no ResourceQuota ${where} has ${uncounted.join(", ")}`);
      const ungiven = config.defaults.filter((item) => !given.has(item));
      if (ungiven.length > 0) {
        report(subject, `no LimitRange ${where} has a default limit of ${ungiven.join(", ")}`);
      }
    }
  },
});
