import { describe, expect, it } from "vitest";
import { replicasOwnedOnce } from "../../../policy/rules/availability/replicas-owned-once.ts";
import { withValue, without } from "../kit/change.ts";
import { unknown } from "../kit/evaluate.ts";
import { deployment, kindsWithPods, objectOf, podSpec } from "../kit/workloads.ts";
import { autoscaler, listOf, patchOf, said, scaledObject } from "./shop.ts";

const replicas = ["spec", "replicas"];
const autoscaled = without(deployment(), replicas);

function scaling(kind: string, apiVersion = "apps/v1") {
  return autoscaler({ scaleTargetRef: { apiVersion, kind, name: "cart" } });
}

describe("replicas-owned-once", () => {
  it.each([
    ["a size that no autoscaler owns", [deployment()]],
    ["an autoscaler that owns the size alone", [autoscaled, autoscaler()]],
    ["an autoscaler of another kind", [deployment(), scaling("StatefulSet")]],
    ["an autoscaler of another group", [deployment(), scaling("Deployment", "example.com/v1")]],
    ["an autoscaler of another namespace", [deployment(), autoscaler({}, { namespace: "other" })]],
    [
      "autoscalers of two workloads",
      [
        autoscaler(),
        autoscaler(
          { scaleTargetRef: { kind: "Deployment", apiVersion: "apps/v1", name: "till" } },
          { name: "till" },
        ),
      ],
    ],
    ["a size that is null", [withValue(deployment(), replicas, null), autoscaler()]],
    ["an unknown size that no autoscaler owns", [withValue(deployment(), replicas, unknown)]],
    ["an unknown name", [withValue(deployment(), ["metadata", "name"], unknown), autoscaler()]],
  ])("accepts %s", (_, resources) => {
    expect(said(replicasOwnedOnce, resources)).toEqual([]);
  });

  it.each([
    ["a Deployment", [deployment(), autoscaler()], "2", "HorizontalPodAutoscaler"],
    [
      "a StatefulSet",
      [kindsWithPods["StatefulSet"]!(podSpec()), scaling("StatefulSet")],
      "2",
      "HorizontalPodAutoscaler",
    ],
    [
      "a custom workload",
      [
        objectOf("example.com/Rollout", { spec: { replicas: 3 } }),
        scaling("Rollout", "example.com/v1"),
      ],
      "3",
      "HorizontalPodAutoscaler",
    ],
    [
      "items of a list",
      [listOf(deployment()), listOf(autoscaler())],
      "2",
      "HorizontalPodAutoscaler",
    ],
    ["a patch", [autoscaled, patchOf(deployment()), autoscaler()], "2", "HorizontalPodAutoscaler"],
    ["a ScaledObject", [deployment(), scaledObject()], "2", "ScaledObject"],
    [
      "zero pods",
      [withValue(deployment(), replicas, 0), autoscaler()],
      "0",
      "HorizontalPodAutoscaler",
    ],
    [
      "an unknown number",
      [withValue(deployment(), replicas, unknown), autoscaler()],
      "set",
      "HorizontalPodAutoscaler",
    ],
  ])("reports a size beside an autoscaler: %s", (_, resources, size, owner) => {
    expect(said(replicasOwnedOnce, resources)).toEqual([
      expect.stringContaining(
        `shop/cart: spec.replicas is ${size}, but ${owner} shop/cart owns it. Fix: remove spec.replicas`,
      ),
    ]);
  });

  it.each([
    ["two HPAs", autoscaler({}, { name: "second" }), "HorizontalPodAutoscaler"],
    ["an HPA and a ScaledObject", scaledObject({}, { name: "second" }), "ScaledObject"],
  ])("reports %s of one workload", (_, second, kind) => {
    expect(said(replicasOwnedOnce, [autoscaled, autoscaler(), second])).toEqual([
      expect.stringContaining(
        `${kind} shop/second: scales what HorizontalPodAutoscaler shop/cart scales already`,
      ),
    ]);
  });

  it("needs to know what an autoscaler scales", () => {
    const scaleTargetRef = { apiVersion: "apps/v1", kind: "Deployment", name: unknown };
    expect(said(replicasOwnedOnce, [deployment(), autoscaler({ scaleTargetRef })])).toEqual([
      expect.stringContaining("spec.scaleTargetRef.name is not known before the update"),
    ]);
  });

  it("leaves alone what is exempt", () => {
    const exempt = [{ name: "cart", reason: "begins large, and is never updated" }];
    expect(said(replicasOwnedOnce, [deployment(), autoscaler()], { exempt })).toEqual([]);
  });
});
