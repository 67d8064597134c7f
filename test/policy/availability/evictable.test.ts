import { describe, expect, it } from "vitest";
import { evictable } from "../../../policy/rules/availability/evictable.ts";
import { withValue, without } from "../kit/change.ts";
import { unknown } from "../kit/evaluate.ts";
import { deployment, kindsWithPods, objectOf, podSpec } from "../kit/workloads.ts";
import { autoscaler, budget, listOf, otherSelector, patchOf, said, scaledObject } from "./shop.ts";

const autoscaled = without(deployment(), ["spec", "replicas"]);
const daemons = kindsWithPods["DaemonSet"]!(podSpec());
/** Another Deployment with the same labels. */
const twin = objectOf("apps/Deployment", { spec: deployment().props["spec"] }, { name: "twin" });

function least(minAvailable: unknown) {
  return budget({ maxUnavailable: undefined, minAvailable });
}

describe("evictable", () => {
  it.each([
    ["maxUnavailable of one", [deployment(), budget()]],
    ["a small share, because it is rounded up", [deployment(), budget({ maxUnavailable: "1%" })]],
    ["minAvailable below the number of pods", [deployment(), least(1)]],
    ["minAvailable of a share that leaves one", [deployment(), least("50%")]],
    [
      "minAvailable below the least of an autoscaler",
      [autoscaled, autoscaler({ minReplicas: 3 }), least(2)],
    ],
    ["minAvailable below the sum of two workloads", [deployment(), twin, least(3)]],
    ["minAvailable of pods that nobody counts", [daemons, least(5)]],
    [
      "two budgets for different pods",
      [deployment(), budget(), budget({ selector: otherSelector }, { name: "till" })],
    ],
    [
      "two budgets in different namespaces",
      [deployment(), budget(), { ...budget({}, { namespace: "other" }), name: "elsewhere" }],
    ],
    ["a patch that does not say how many", [patchOf(budget({ maxUnavailable: undefined }))]],
  ])("accepts %s", (_, resources) => {
    expect(said(evictable, resources)).toEqual([]);
  });

  it.each([
    ["maxUnavailable is 0, so that no pod may ever be evicted", [budget({ maxUnavailable: 0 })]],
    ["maxUnavailable is 0%, so that", [budget({ maxUnavailable: "0%" })]],
    ["maxUnavailable is 0, so that", [patchOf(budget({ maxUnavailable: 0 }))]],
    ["maxUnavailable is 0, so that", [listOf(budget({ maxUnavailable: 0 }))]],
    ["minAvailable is 100%, so that", [deployment(), least("100%")]],
    ["minAvailable is 2, but Deployment shop/cart may have only 2", [deployment(), least(2)]],
    ["minAvailable is 51%, but Deployment shop/cart may have only 2", [deployment(), least("51%")]],
    [
      "minAvailable is 2, but Deployment shop/cart may have only 2",
      [autoscaled, autoscaler(), least(2)],
    ],
    [
      "minAvailable is 1, but Deployment shop/cart may have only 1",
      [autoscaled, scaledObject(), least(1)],
    ],
    ["minAvailable is 1, but Deployment shop/cart may have only 1", [autoscaled, least(1)]],
    [
      "minAvailable is 4, but Deployment shop/cart, Deployment shop/twin may have only 4",
      [deployment(), twin, least(4)],
    ],
    ["has both minAvailable and maxUnavailable", [deployment(), budget({ minAvailable: 1 })]],
    ["has neither minAvailable nor maxUnavailable", [budget({ maxUnavailable: undefined })]],
    ["maxUnavailable is neither a number nor a percentage", [budget({ maxUnavailable: "one" })]],
    ["minAvailable is neither a number nor a percentage", [deployment(), least("2")]],
  ])("reports a budget that says: %s", (problem, resources) => {
    expect(said(evictable, resources)).toEqual([
      expect.stringContaining(`PodDisruptionBudget shop/cart: ${problem}`),
    ]);
  });

  it.each([
    ["a Deployment", deployment()],
    ["a DaemonSet", daemons],
  ])("reports the second of two budgets for the pods of %s", (_, pods) => {
    const stack = [pods, budget(), budget({ selector: {} }, { name: "all" })];
    expect(said(evictable, stack)).toEqual([
      expect.stringMatching(
        /^PodDisruptionBudget shop\/all: selects pods of \w+ shop\/cart, which PodDisruptionBudget shop\/cart selects too/,
      ),
    ]);
  });

  it("asks that pods which are not ready may go, where its setting says so", () => {
    const config = { evictUnready: true };
    const open = budget({ unhealthyPodEvictionPolicy: "AlwaysAllow" });
    expect(said(evictable, [open], config)).toEqual([]);
    expect(said(evictable, [patchOf(budget())], config)).toEqual([]);
    expect(said(evictable, [budget()], config)).toEqual([
      expect.stringContaining("keeps pods that are not ready"),
    ]);
  });

  it.each([
    ["maxUnavailable", budget({ maxUnavailable: unknown }), "spec.maxUnavailable"],
    ["its selector", budget({ selector: unknown }), "spec.selector"],
    ["the number of pods", withValue(deployment(), ["spec", "replicas"], unknown), "spec.replicas"],
  ])("needs %s before the update", (_, resource, path) => {
    expect(said(evictable, [resource])).toEqual([
      expect.stringContaining(`${path} is not known before the update`),
    ]);
  });

  it("leaves alone what is exempt", () => {
    const exempt = [{ namespace: "shop", name: "cart", reason: "the database is moved by hand" }];
    expect(said(evictable, [budget({ maxUnavailable: 0 })], { exempt })).toEqual([]);
  });
});
