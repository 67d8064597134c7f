import { describe, expect, it } from "vitest";
import { namespaceLimits } from "../../../policy/rules/access/namespace-limits.ts";
import { withValue } from "../kit/change.ts";
import { evaluateStack, unknown, type TestResource } from "../kit/evaluate.ts";
import { deployment, objectOf } from "../kit/workloads.ts";
import { listOf, namespaceObject } from "./objects.ts";

const quota = (hard: object = { pods: "20" }, metadata: object = {}) =>
  objectOf("ResourceQuota", { spec: { hard } }, { name: "quota", ...metadata });
const range = (
  limits: object = { type: "Container", default: { memory: "256Mi" } },
  metadata: object = {},
) => objectOf("LimitRange", { spec: { limits: [limits] } }, { name: "limits", ...metadata });

const views = [
  ["known", {}],
  ["of a cluster that is yet to be made", { unknownProvider: true }],
  ["analyzed as a stack", { stackOnly: true }],
] as const;

function said(resources: readonly TestResource[], config: object = {}): string[] {
  return evaluateStack(namespaceLimits, resources, { config: config as Record<string, unknown> });
}

describe("namespace-limits", () => {
  it.each(views)("judges a program %s", (_, view) => {
    const good = [namespaceObject(), deployment(), quota(), range()];
    expect(evaluateStack(namespaceLimits, good, view)).toEqual([]);
    expect(evaluateStack(namespaceLimits, [namespaceObject(), deployment()], view)).toEqual([
      expect.stringContaining(
        'Namespace shop: no ResourceQuota of namespace "shop" has one of pods, ',
      ),
      expect.stringContaining(
        'no LimitRange of namespace "shop" has a default limit of memory. Fix: add',
      ),
    ]);
  });

  it("asks it of namespaces that pods name, and of no other", () => {
    expect(said([deployment()])).toEqual([
      expect.stringContaining("Deployment shop/cart: no ResourceQuota"),
      expect.stringContaining("Deployment shop/cart: no LimitRange"),
    ]);
    expect(said([objectOf("ConfigMap", {})])).toEqual([]);
    expect(said([withValue(deployment(), ["metadata", "namespace"], "kube-system")])).toEqual([]);
  });

  it.each([
    ["memory", [quota({ "requests.memory": "1Gi" }), range()]],
    [
      "items of unknown size",
      [quota({ pods: unknown }), range({ type: "Container", default: { memory: unknown } })],
    ],
    [
      "several quotas",
      [quota({ "services.loadbalancers": "0" }), { ...quota(), name: "more" }, range()],
    ],
    ["lists", [listOf(quota()), listOf(range())]],
  ])("accepts %s", (_, guards) => {
    expect(said([namespaceObject(), ...guards])).toEqual([]);
  });

  it.each([
    ["no quota", [range()], "no ResourceQuota"],
    [
      "a quota of another namespace",
      [quota({ pods: "1" }, { namespace: "other" }), range()],
      "no ResourceQuota",
    ],
    ["an empty quota", [quota({}), range()], "no ResourceQuota"],
    ["a quota of something else", [quota({ secrets: "5" }), range()], "no ResourceQuota"],
    ["no limits", [quota()], "no LimitRange"],
    [
      "limits of another namespace",
      [quota(), range(undefined, { namespace: "other" })],
      "no LimitRange",
    ],
    [
      "limits of whole pods",
      [quota(), range({ type: "Pod", max: { memory: "1Gi" } })],
      "no LimitRange",
    ],
    [
      "only default requests",
      [quota(), range({ type: "Container", defaultRequest: { memory: "1Gi" } })],
      "no LimitRange",
    ],
    [
      "a default of CPU alone",
      [quota(), range({ type: "Container", default: { cpu: "1" } })],
      "no LimitRange",
    ],
  ])("refuses a namespace with %s", (_, guards, problem) => {
    expect(said([namespaceObject(), ...guards])).toEqual([expect.stringContaining(problem)]);
  });

  it("lets the settings ask for other items", () => {
    const guarded = [namespaceObject(), quota(), range()];
    expect(said(guarded, { quota: ["count/pods"] })).toHaveLength(1);
    expect(said(guarded, { alsoQuota: ["services.loadbalancers"] })).toEqual([
      expect.stringContaining('no ResourceQuota of namespace "shop" has services.loadbalancers'),
    ]);
    const all = quota({ pods: "1", "services.loadbalancers": "0" });
    const config = { alsoQuota: ["services.loadbalancers"] };
    expect(said([namespaceObject(), all, range()], config)).toEqual([]);
    expect(said(guarded, { defaults: ["memory", "cpu"] })).toEqual([
      expect.stringContaining("a default limit of cpu"),
    ]);
    expect(said([namespaceObject(), quota()], { defaults: [] })).toEqual([]);
    const inSystem = [withValue(deployment(), ["metadata", "namespace"], "kube-system")];
    expect(said(inSystem, { systemNamespaces: [] })).toHaveLength(2);
  });

  it("says that it needs a literal where a namespace is unknown, and leaves alone what is exempt", () => {
    const elsewhere = withValue(quota(), ["metadata", "namespace"], unknown);
    expect(said([elsewhere])).toEqual([
      expect.stringContaining("metadata.namespace is not known before the update"),
    ]);
    const exempt = [{ name: "shop", reason: "another team sets its ceilings" }];
    expect(said([namespaceObject()], { exempt })).toEqual([]);
  });
});
