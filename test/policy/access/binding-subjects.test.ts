import { describe, expect, it } from "vitest";
import { bindingSubjects } from "../../../policy/rules/access/binding-subjects.ts";
import { evaluate, unknown } from "../kit/evaluate.ts";
import { clusterObject } from "./objects.ts";

const group = "rbac.authorization.k8s.io";
const roleRef = { apiGroup: group, kind: "ClusterRole", name: "view" };
const own = { kind: "ServiceAccount", name: "cart", namespace: "shop" };

function binding(...subjects: object[]) {
  return clusterObject(`${group}/ClusterRoleBinding`, { roleRef, subjects });
}

describe("binding-subjects", () => {
  it.each([
    ["a ServiceAccount of its own", binding(own)],
    ["a group of people", binding({ kind: "Group", name: "operators@example.com" })],
    ["a person", binding({ kind: "User", name: "ann@example.com" })],
    ["nobody", binding()],
    ["a person of that name", binding({ kind: "User", name: "default" })],
  ])("accepts %s", (_, resource) => {
    expect(evaluate(bindingSubjects, resource)).toEqual([]);
  });

  it.each([
    ["Group", "system:masters"],
    ["Group", "system:nodes"],
    ["Group", "system:unauthenticated"],
    ["Group", "system:authenticated"],
    ["Group", "system:serviceaccounts"],
    ["Group", "system:serviceaccounts:shop"],
    ["User", "system:anonymous"],
    ["User", "system:serviceaccount:shop:default"],
    ["ServiceAccount", "default"],
  ])("refuses the %s %s", (kind, name) => {
    expect(evaluate(bindingSubjects, binding(own, { kind, name, namespace: "shop" }))).toEqual([
      expect.stringContaining(
        `ClusterRoleBinding cart: gives rights to ${kind} ${name}. Fix: make`,
      ),
    ]);
  });

  it.each([
    ["refusedGroups", "Group", "everybody@example.com"],
    ["refusedUsers", "User", "root"],
    ["refusedAccounts", "ServiceAccount", "builder"],
  ])("lets %s refuse others", (setting, kind, name) => {
    expect(evaluate(bindingSubjects, binding({ kind, name }))).toEqual([]);
    expect(evaluate(bindingSubjects, binding({ kind, name }), { [setting]: [name] })).toHaveLength(
      1,
    );
    expect(evaluate(bindingSubjects, binding({ kind, name }), { [setting]: ["*"] })).toHaveLength(
      1,
    );
  });

  it("says that it needs a literal where a name is unknown", () => {
    expect(evaluate(bindingSubjects, binding({ kind: "Group", name: unknown }))).toEqual([
      expect.stringContaining("subjects.0.name is not known before the update"),
    ]);
  });
});
