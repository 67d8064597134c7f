import { describe, expect, it } from "vitest";
import { rbacEscalation } from "../../../policy/rules/access/rbac-escalation.ts";
import { evaluate, unknown } from "../kit/evaluate.ts";
import { objectOf } from "../kit/workloads.ts";
import { clusterObject, listOf } from "./objects.ts";

const group = "rbac.authorization.k8s.io";

function role(apiGroup: string, resource: string, verbs: readonly string[], names?: string[]) {
  const rule = { apiGroups: [apiGroup], resources: [resource], verbs, resourceNames: names };
  return objectOf(`${group}/Role`, { rules: [rule] });
}

const escalating: [
  setting: string,
  apiGroup: string,
  resource: string,
  verb: string,
  allows: string,
][] = [
  ["escalate", group, "roles", "escalate", "grant itself anything"],
  ["bind", group, "clusterroles", "bind", "bind itself to any role"],
  ["impersonate", "", "users", "impersonate", "act as anybody"],
  ["secrets", "", "secrets", "get", "read every Secret"],
  ["secrets", "", "secrets", "list", "read every Secret"],
  ["secrets", "", "secrets", "watch", "read every Secret"],
  ["exec", "", "pods/exec", "create", "get into any pod"],
  ["exec", "", "pods/attach", "get", "get into any pod"],
  ["ephemeral-containers", "", "pods/ephemeralcontainers", "patch", "put a container into any pod"],
  ["node-proxy", "", "nodes/proxy", "get", "run commands in every pod of a node"],
  ["new-secrets", "", "secrets", "create", "take the token of any ServiceAccount"],
  ["exec", "", "services/proxy", "get", "get into any pod"],
  ["pods", "", "pods", "create", "run a pod with any ServiceAccount"],
  ["pods", "", "pods", "patch", "run a pod with any ServiceAccount"],
  ["workloads", "apps", "deployments", "patch", "run a pod with any ServiceAccount"],
  ["workloads", "batch", "cronjobs", "create", "run a pod with any ServiceAccount"],
  ["tokens", "", "serviceaccounts/token", "create", "take the token of any ServiceAccount"],
  ["volumes", "", "persistentvolumes", "create", "mount any path of a node"],
  [
    "certificates",
    "certificates.k8s.io",
    "signers",
    "approve",
    "give itself a certificate of any user",
  ],
  [
    "webhooks",
    "admissionregistration.k8s.io",
    "mutatingwebhookconfigurations",
    "update",
    "read and change every object",
  ],
  [
    "webhooks",
    "admissionregistration.k8s.io",
    "mutatingadmissionpolicies",
    "create",
    "read and change every object",
  ],
  ["namespaces", "", "namespaces", "patch", "take off the labels"],
];

describe("rbac-escalation", () => {
  it.each(escalating)(
    "refuses %s: in group %s, %s, %s",
    (setting, apiGroup, resource, verb, allows) => {
      const resourceRole = role(apiGroup, resource, ["deletecollection", verb]);
      expect(evaluate(rbacEscalation, resourceRole)).toEqual([
        expect.stringContaining(
          `Role shop/cart: rules.0 grants ${verb} ${resource}: enough to ${allows}`,
        ),
      ]);
      expect(evaluate(rbacEscalation, resourceRole, { tolerated: [setting] })).toEqual([]);
      expect(evaluate(rbacEscalation, role(apiGroup, resource, ["deletecollection"]))).toEqual([]);
      expect(evaluate(rbacEscalation, role("other.example.com", resource, [verb]))).toEqual([]);
    },
  );

  it.each<[string, string, readonly string[]]>([
    ["", "secrets", ["get"]],
    ["apps", "deployments", ["update", "patch"]],
    ["", "serviceaccounts/token", ["create"]],
    [group, "clusterroles", ["bind"]],
  ])("accepts it for named objects: in group %s, %s", (apiGroup, resource, verbs) => {
    expect(evaluate(rbacEscalation, role(apiGroup, resource, verbs, ["mine"]))).toEqual([]);
  });

  it.each([
    ["", "pods", "create"],
    ["apps", "deployments", "create"],
    ["", "nodes/proxy", "get"],
  ])(
    "does not let names excuse what they don't bind: in group %s, %s, %s",
    (apiGroup, resource, verb) => {
      expect(evaluate(rbacEscalation, role(apiGroup, resource, [verb], ["mine"]))).toHaveLength(1);
    },
  );

  it("judges ClusterRoles, lists and each rule", () => {
    const secrets = { apiGroups: [""], resources: ["secrets", "pods"], verbs: ["get", "list"] };
    const exec = { apiGroups: [""], resources: ["pods/exec"], verbs: ["create"] };
    const whole = clusterObject(`${group}/ClusterRole`, { rules: [secrets, exec] });
    expect(evaluate(rbacEscalation, whole)).toEqual([
      expect.stringContaining("rules.0 grants get, list secrets"),
      expect.stringContaining("rules.1 grants create pods/exec"),
    ]);
    expect(evaluate(rbacEscalation, listOf(whole))).toHaveLength(2);
  });

  const settings = { apiGroups: [""], resources: ["configmaps"], verbs: ["get", "update"] };
  const changer = (kind: string, rule: object, namespace?: string) =>
    objectOf(`${group}/${kind}`, { rules: [rule] }, { namespace });

  it("guards the settings and leases of the cluster's own namespaces", () => {
    const problem =
      "rules.0 grants update configmaps: enough to change how the cluster's own parts";
    expect(evaluate(rbacEscalation, changer("ClusterRole", settings))).toEqual([
      expect.stringContaining(problem),
    ]);
    const inSystem = changer("Role", settings, "kube-system");
    expect(evaluate(rbacEscalation, inSystem)).toEqual([expect.stringContaining(problem)]);
    expect(evaluate(rbacEscalation, inSystem, { systemNamespaces: [] })).toEqual([]);
    expect(evaluate(rbacEscalation, inSystem, { tolerated: ["system-settings"] })).toEqual([]);
    expect(evaluate(rbacEscalation, changer("Role", settings, "shop"))).toEqual([]);
    const named = { ...settings, resourceNames: ["mine"] };
    expect(evaluate(rbacEscalation, changer("Role", named, "kube-system"))).toEqual([]);
  });

  it("leaves wildcards to the rule about them", () => {
    expect(evaluate(rbacEscalation, role("*", "*", ["*"]))).toEqual([]);
  });

  it("says that it needs a literal where a verb is unknown", () => {
    expect(evaluate(rbacEscalation, role("", "secrets", [unknown]))).toEqual([
      expect.stringContaining("rules.0.verbs.0 is not known before the update"),
    ]);
  });
});
