import { describe, expect, it } from "vitest";
import { rbacWildcards } from "../../../policy/rules/access/rbac-wildcards.ts";
import { evaluate, unknown } from "../kit/evaluate.ts";
import { objectOf } from "../kit/workloads.ts";
import { clusterObject, listOf } from "./objects.ts";

const group = "rbac.authorization.k8s.io";
const readPods = { apiGroups: [""], resources: ["pods"], verbs: ["get", "list"] };
const role = (...rules: unknown[]) => objectOf(`${group}/Role`, { rules });
const clusterRole = (fields: Record<string, unknown>) =>
  clusterObject(`${group}/ClusterRole`, fields);

const expression = (operator: string, key: string) => ({ matchExpressions: [{ key, operator }] });

describe("rbac-wildcards", () => {
  it.each([
    ["a Role", role(readPods)],
    ["a ClusterRole", clusterRole({ rules: [readPods] })],
    ["a Role without rules", role()],
    [
      "a URL with a star at its end",
      clusterRole({ rules: [{ nonResourceURLs: ["/healthz/*"], verbs: ["get"] }] }),
    ],
    [
      "labels to aggregate by",
      clusterRole({ aggregationRule: { clusterRoleSelectors: [{ matchLabels: { a: "b" } }] } }),
    ],
    ["a binding", objectOf(`${group}/RoleBinding`, { roleRef: { name: "*" } })],
  ])("accepts %s", (_, resource) => {
    expect(evaluate(rbacWildcards, resource)).toEqual([]);
  });

  it.each([
    [
      "all verbs",
      role({ ...readPods, verbs: ["*"] }),
      "Role shop/cart: rules.0 grants all verbs. Fix: list",
    ],
    [
      "all verbs beside another",
      role(readPods, { ...readPods, verbs: ["get", "*"] }),
      "rules.1 grants all verbs",
    ],
    ["all resources", role({ ...readPods, resources: ["*"] }), "rules.0 grants all resources"],
    [
      "a subresource of all",
      role({ ...readPods, resources: ["*/scale"] }),
      "rules.0 grants all resources",
    ],
    ["all groups", role({ ...readPods, apiGroups: ["*"] }), "rules.0 grants all apiGroups"],
    [
      "all URLs",
      clusterRole({ rules: [{ nonResourceURLs: ["*"], verbs: ["get"] }] }),
      "ClusterRole cart: rules.0 grants all nonResourceURLs",
    ],
    [
      "all URLs by their root",
      clusterRole({ rules: [{ nonResourceURLs: ["/*"], verbs: ["get"] }] }),
      "grants all nonResourceURLs",
    ],
    [
      "everything",
      clusterRole({ rules: [{ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }] }),
      "grants all verbs and all resources and all apiGroups",
    ],
    [
      "the rules of all others",
      clusterRole({ aggregationRule: { clusterRoleSelectors: [{}] } }),
      "takes up the rules of every ClusterRole",
    ],
    [
      "the rules of all others but some",
      clusterRole({ aggregationRule: { clusterRoleSelectors: [expression("DoesNotExist", "a")] } }),
      "takes up the rules of every ClusterRole",
    ],
    [
      "the rules of a built-in role",
      clusterRole({
        aggregationRule: {
          clusterRoleSelectors: [{ matchLabels: { [`${group}/aggregate-to-edit`]: "true" } }],
        },
      }),
      "takes up the rules of the built-in edit by aggregationRule",
    ],
    ["it in a list", listOf(role({ ...readPods, verbs: ["*"] })), "rules.0 grants all verbs"],
    [
      "what is unknown",
      role({ ...readPods, resources: [unknown] }),
      "rules.0.resources.0 is not known before the update",
    ],
  ])("refuses %s", (_, resource, problem) => {
    expect(evaluate(rbacWildcards, resource)).toEqual([expect.stringContaining(problem)]);
  });
});
