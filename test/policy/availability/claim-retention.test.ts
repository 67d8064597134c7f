import { describe, expect, it } from "vitest";
import { claimRetention } from "../../../policy/rules/availability/claim-retention.ts";
import { withValue, without } from "../kit/change.ts";
import { evaluate, remediated, unknown } from "../kit/evaluate.ts";
import { kindsWithPods, objectOf, podSpec } from "../kit/workloads.ts";
import { listOf, patchOf } from "./shop.ts";

const statefulSet = kindsWithPods["StatefulSet"]!(podSpec());
const claims = ["spec", "persistentVolumeClaimRetentionPolicy"];
const storageClass = objectOf("storage.k8s.io/StorageClass", {
  provisioner: "disk.example.com",
  reclaimPolicy: "Retain",
});
const volume = objectOf("PersistentVolume", { spec: { persistentVolumeReclaimPolicy: "Retain" } });

describe("claim-retention", () => {
  it.each([
    ["a StatefulSet that keeps its claims", statefulSet],
    ["a StatefulSet that says nothing, which keeps them", without(statefulSet, claims)],
    ["a StorageClass that keeps volumes", storageClass],
    ["a volume that is kept", volume],
    ["a volume that says nothing, which is kept", withValue(volume, ["spec"], {})],
    ["a patch that says nothing", patchOf(without(storageClass, ["reclaimPolicy"]))],
    ["other kinds", kindsWithPods["Deployment"]!(podSpec())],
  ])("accepts %s", (_, resource) => {
    expect(evaluate(claimRetention, resource)).toEqual([]);
  });

  it.each([
    [
      "StatefulSet shop/cart: spec.persistentVolumeClaimRetentionPolicy.whenDeleted is Delete: its data is lost when it is deleted or replaced",
      withValue(statefulSet, [...claims, "whenDeleted"], "Delete"),
    ],
    [
      "StatefulSet shop/cart: spec.persistentVolumeClaimRetentionPolicy.whenScaled is Delete: its data is lost when it is scaled down",
      withValue(statefulSet, [...claims, "whenScaled"], "Delete"),
    ],
    ["whenScaled is Delete", patchOf(withValue(statefulSet, [...claims, "whenScaled"], "Delete"))],
    ["whenScaled is Delete", listOf(withValue(statefulSet, [...claims, "whenScaled"], "Delete"))],
    [
      "reclaimPolicy is Delete: its data is lost when its claim is deleted",
      withValue(storageClass, ["reclaimPolicy"], "Delete"),
    ],
    ["reclaimPolicy is Delete", without(storageClass, ["reclaimPolicy"])],
    [
      "spec.persistentVolumeReclaimPolicy is Recycle",
      withValue(volume, ["spec", "persistentVolumeReclaimPolicy"], "Recycle"),
    ],
  ])("reports: %s", (problem, resource) => {
    expect(evaluate(claimRetention, resource)).toEqual([expect.stringContaining(problem)]);
  });

  it("lets what its settings allow be lost, and nothing else", () => {
    const config = { whenDeleted: ["Retain", "Delete"], reclaimPolicy: ["Retain", "Delete"] };
    const both = withValue(statefulSet, claims, { whenDeleted: "Delete", whenScaled: "Delete" });
    expect(evaluate(claimRetention, both, config)).toEqual([
      expect.stringContaining("whenScaled is Delete"),
    ]);
    expect(evaluate(claimRetention, without(storageClass, ["reclaimPolicy"]), config)).toEqual([]);
  });

  it("needs a literal, and leaves alone what is exempt", () => {
    const later = withValue(storageClass, ["reclaimPolicy"], unknown);
    expect(evaluate(claimRetention, later)).toEqual([
      expect.stringContaining("reclaimPolicy is not known before the update"),
    ]);
    const exempt = [{ name: "cart", reason: "holds scratch data only" }];
    expect(evaluate(claimRetention, without(storageClass, ["reclaimPolicy"]), { exempt })).toEqual(
      [],
    );
  });

  it.each([
    ["a StatefulSet", statefulSet, [...claims, "whenDeleted"]],
    ["a StorageClass", storageClass, ["reclaimPolicy"]],
    ["a volume", volume, ["spec", "persistentVolumeReclaimPolicy"]],
  ])("puts %s right, and only where it is wrong", async (_, good, path) => {
    expect(await remediated(claimRetention, withValue(good, path, "Delete"))).toEqual(good.props);
    expect(await remediated(claimRetention, good)).toBeUndefined();
  });
});
