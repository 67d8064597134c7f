import { describe, expect, it } from "vitest";
import { defaultDeny } from "../../../policy/rules/access/default-deny.ts";
import { withValue } from "../kit/change.ts";
import { evaluateStack, unknown, type TestResource } from "../kit/evaluate.ts";
import { deployment, kindsWithPods, objectOf, podSpec } from "../kit/workloads.ts";
import { denyAll, listOf, namespaceObject, networkPolicy, patchOf, wayToDns } from "./objects.ts";

const views = [
  ["known", {}],
  ["of a cluster that is yet to be made", { unknownProvider: true }],
  ["analyzed as a stack", { stackOnly: true }],
] as const;

const guarded = [namespaceObject(), denyAll(), deployment()];

function said(resources: readonly TestResource[], config: object = {}): string[] {
  return evaluateStack(defaultDeny, resources, { config: config as Record<string, unknown> });
}

describe("default-deny", () => {
  it.each(views)("judges a program %s", (_, view) => {
    expect(evaluateStack(defaultDeny, guarded, view)).toEqual([]);
    expect(evaluateStack(defaultDeny, [namespaceObject(), deployment()], view)).toEqual([
      expect.stringContaining(
        'Namespace shop: no NetworkPolicy denies Ingress and Egress to all pods of namespace "shop". Fix: add a NetworkPolicy',
      ),
    ]);
  });

  it.each(Object.keys(kindsWithPods))("asks it of the namespace of a %s too", (kind) => {
    const workload = kindsWithPods[kind]!(podSpec());
    expect(said([workload])).toEqual([
      expect.stringMatching(new RegExp(`^${kind} shop/cart: no NetworkPolicy denies`)),
    ]);
    expect(said([workload, denyAll()])).toEqual([]);
  });

  it("asks once for each namespace, however many pods it has", () => {
    const elsewhere = withValue(deployment(), ["metadata", "namespace"], "other");
    const workloads = ["a", "b", "c"].map((name) => ({ ...deployment(), name }));
    expect(said([...workloads, { ...elsewhere, name: "elsewhere" }])).toHaveLength(2);
  });

  it("takes a namespace that pods don't name for the default one", () => {
    expect(said([withValue(deployment(), ["metadata", "namespace"], undefined)])).toEqual([
      expect.stringContaining('of namespace "default"'),
    ]);
  });

  it("looks at namespaces without pods, and not at objects without pods", () => {
    expect(said([namespaceObject("empty")])).toHaveLength(1);
    expect(said([objectOf("ConfigMap", {}, { namespace: "elsewhere" })])).toEqual([]);
  });

  it.each<[string, TestResource[]]>([
    [
      "one for each direction",
      [denyAll({ policyTypes: ["Ingress"] }), denyAll({ policyTypes: ["Egress"] })],
    ],
    ["with empty lists of edges", [denyAll({ ingress: [], egress: [] })]],
    ["without a podSelector, which selects all too", [denyAll({ podSelector: undefined })]],
    ["in a list", [listOf(denyAll())]],
    ["beside one that opens something", [denyAll(), wayToDns()]],
  ])("accepts policies %s", (_, policies) => {
    const named = policies.map((policy, i) => ({ ...policy, name: `policy-${i}` }));
    expect(said([namespaceObject(), ...named])).toEqual([]);
  });

  it.each<[string, TestResource, string]>([
    ["of another namespace", denyAll({}, { namespace: "other" }), "Ingress and Egress"],
    [
      "for some pods",
      denyAll({ podSelector: { matchLabels: { app: "a" } } }),
      "Ingress and Egress",
    ],
    [
      "for pods by expression",
      denyAll({ podSelector: { matchExpressions: [{ key: "app", operator: "Exists" }] } }),
      "Ingress and Egress",
    ],
    ["without policyTypes", denyAll({ policyTypes: undefined }), "denies Egress to"],
    ["of Ingress alone", denyAll({ policyTypes: ["Ingress"] }), "denies Egress to"],
    ["of Egress alone", denyAll({ policyTypes: ["Egress"] }), "denies Ingress to"],
    ["that lets something out", denyAll({ egress: [{}] }), "denies Egress to"],
    ["that lets something in", denyAll({ ingress: [{}] }), "denies Ingress to"],
  ])("does not accept a policy %s", (_, policy, missing) => {
    expect(said([namespaceObject(), policy])).toEqual([expect.stringContaining(missing)]);
  });

  it("says that it needs a literal where a namespace or a selector is unknown", () => {
    const policy = withValue(denyAll(), ["metadata", "namespace"], unknown);
    expect(said([namespaceObject(), policy])).toEqual([
      expect.stringContaining("metadata.namespace is not known before the update"),
      expect.stringContaining("Ingress and Egress"),
    ]);
    expect(said([networkPolicy({ podSelector: unknown })])).toEqual([
      expect.stringContaining("spec.podSelector is not known before the update"),
    ]);
  });

  it("leaves namespaces of the cluster alone, and those that it only patches", () => {
    const autoscaler = withValue(deployment(), ["metadata", "namespace"], "kube-system");
    expect(said([autoscaler])).toEqual([]);
    expect(said([autoscaler], { systemNamespaces: [] })).toHaveLength(1);
    expect(said([patchOf(namespaceObject("kube-system"))], { systemNamespaces: [] })).toEqual([]);
  });

  it("leaves alone what is exempt", () => {
    const exempt = [{ name: "shop", reason: "another policy engine guards it" }];
    expect(said([namespaceObject(), deployment()], { exempt })).toEqual([]);
  });
});
