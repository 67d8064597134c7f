import { describe, expect, it } from "vitest";
import { clusterAdmin } from "../../../policy/rules/access/cluster-admin.ts";
import { evaluate, unknown } from "../kit/evaluate.ts";
import { objectOf } from "../kit/workloads.ts";
import { clusterObject, listOf } from "./objects.ts";

const group = "rbac.authorization.k8s.io";
const subjects = [{ kind: "ServiceAccount", name: "cart", namespace: "shop" }];
const roleRef = (name: string, kind = "ClusterRole") => ({ apiGroup: group, kind, name });
const makers = {
  RoleBinding: (ref: object) => objectOf(`${group}/RoleBinding`, { roleRef: ref, subjects }),
  ClusterRoleBinding: (ref: object) =>
    clusterObject(`${group}/ClusterRoleBinding`, { roleRef: ref, subjects }),
};

describe.each(Object.entries(makers))("cluster-admin, in a %s", (kind, make) => {
  it("refuses that role", () => {
    expect(evaluate(clusterAdmin, make(roleRef("cluster-admin")))).toEqual([
      expect.stringMatching(new RegExp(`^${kind} (shop/)?cart: binds to cluster-admin. Fix: bind`)),
    ]);
    expect(evaluate(clusterAdmin, listOf(make(roleRef("cluster-admin"))))).toEqual([
      expect.stringContaining("binds to cluster-admin"),
    ]);
  });

  it.each(["system:kube-controller-manager", "system:controller:job-controller", "edit", "admin"])(
    "refuses %s for a ServiceAccount",
    (name) => {
      expect(evaluate(clusterAdmin, make(roleRef(name)))).toEqual([
        expect.stringContaining(`binds to ${name}`),
      ]);
    },
  );

  it("accepts others, even of that name in a namespace", () => {
    expect(evaluate(clusterAdmin, make(roleRef("view")))).toEqual([]);
    expect(evaluate(clusterAdmin, make(roleRef("cluster-admin", "Role")))).toEqual([]);
  });

  it("lets the settings refuse more, and less for pods", () => {
    expect(evaluate(clusterAdmin, make(roleRef("view")), { refusedRoles: ["v*"] })).toHaveLength(1);
    expect(evaluate(clusterAdmin, make(roleRef("edit")), { refusedForPods: [] })).toEqual([]);
  });

  it("says that it needs a literal where the role is unknown", () => {
    expect(evaluate(clusterAdmin, make(roleRef(unknown)))).toEqual([
      expect.stringContaining("roleRef.name is not known before the update"),
    ]);
  });

  it("leaves alone what is exempt", () => {
    const exempt = [{ name: "cart", reason: "installs the operators of the cluster" }];
    expect(evaluate(clusterAdmin, make(roleRef("cluster-admin")), { exempt })).toEqual([]);
  });
});

it("lets people have the rights of edit in a namespace, and nowhere else", () => {
  const fields = { roleRef: roleRef("edit"), subjects: [{ kind: "Group", name: "team" }] };
  expect(evaluate(clusterAdmin, objectOf(`${group}/RoleBinding`, fields))).toEqual([]);
  expect(evaluate(clusterAdmin, clusterObject(`${group}/ClusterRoleBinding`, fields))).toEqual([
    expect.stringContaining("ClusterRoleBinding cart: binds to edit"),
  ]);
});
