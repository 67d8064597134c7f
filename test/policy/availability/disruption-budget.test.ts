import { describe, expect, it } from "vitest";
import { disruptionBudget } from "../../../policy/rules/availability/disruption-budget.ts";
import { withValue, without } from "../kit/change.ts";
import { unknown } from "../kit/evaluate.ts";
import { deployment, kindsWithPods, podSpec } from "../kit/workloads.ts";
import { autoscaler, budget, listOf, otherSelector, patchOf, said, scaledObject } from "./shop.ts";

const autoscaled = without(deployment(), ["spec", "replicas"]);
const single = withValue(deployment(), ["spec", "replicas"], 1);
const templateLabels = ["spec", "template", "metadata", "labels"];

describe("disruption-budget", () => {
  it.each([
    ["a Deployment", [deployment(), budget()]],
    ["a StatefulSet", [kindsWithPods["StatefulSet"]!(podSpec()), budget()]],

    ["an HPA", [autoscaled, autoscaler(), budget()]],
    [
      "an expression",
      [
        deployment(),
        budget({
          selector: {
            matchExpressions: [
              { key: "app.kubernetes.io/name", operator: "In", values: ["cart", "till"] },
            ],
          },
        }),
      ],
    ],
    ["a selector of everything", [deployment(), budget({ selector: {} })]],
    ["items of lists", [listOf(deployment()), listOf(budget())]],
    ["minAvailable", [deployment(), budget({ maxUnavailable: undefined, minAvailable: 1 })]],
    [
      "a label that nobody knows yet and no budget asks for",
      [withValue(deployment(), [...templateLabels, "version"], unknown), budget()],
    ],
  ])("accepts %s with a budget", (_, resources) => {
    expect(said(disruptionBudget, resources)).toEqual([]);
  });

  it.each([
    ["one pod", [single]],
    ["one pod that it does not even ask for", [autoscaled]],
    [
      "an autoscaler that never makes a second one",
      [autoscaled, autoscaler({ minReplicas: 1, maxReplicas: 1 })],
    ],
    ["a DaemonSet", [kindsWithPods["DaemonSet"]!(podSpec())]],
    ["a Job", [kindsWithPods["Job"]!(podSpec())]],
    ["a single pod", [kindsWithPods["Pod"]!(podSpec())]],
    ["a patch, whose object is made elsewhere", [patchOf(deployment())]],
    ["nothing of Kubernetes", [{ ...deployment(), type: "aws:s3/bucket:Bucket" }]],
  ])("asks for none with %s", (_, resources) => {
    expect(said(disruptionBudget, resources)).toEqual([]);
  });

  it.each([
    ["2 pods", [deployment()]],
    ["2 pods", [kindsWithPods["StatefulSet"]!(podSpec())]],
    ["2 to 6 pods by HorizontalPodAutoscaler shop/cart", [autoscaled, autoscaler()]],
    [
      "1 to 6 pods by HorizontalPodAutoscaler shop/cart",
      [autoscaled, autoscaler({ minReplicas: 1 })],
    ],
    ["0 to 6 pods by ScaledObject shop/cart", [autoscaled, scaledObject()]],
    ["2 to 6 pods by HorizontalPodAutoscaler shop/cart", [single, autoscaler()]],
    ["2 pods", [deployment(), budget({}, { namespace: "elsewhere" })]],
    [
      "2 pods: PodDisruptionBudget shop/cart selects app.kubernetes.io/name=till",
      [deployment(), budget({ selector: otherSelector })],
    ],
    ["2 pods", [deployment(), budget({ selector: undefined })]],
    ["2 pods", [deployment(), patchOf(budget())]],
  ])("reports %s without a budget", (pods, resources) => {
    expect(said(disruptionBudget, resources)).toEqual([
      expect.stringContaining(`shop/cart: no PodDisruptionBudget selects its ${pods}`),
    ]);
  });

  it("names kind, name and remedy", () => {
    expect(said(disruptionBudget, [deployment()])).toEqual([
      "Deployment shop/cart: no PodDisruptionBudget selects its 2 pods. Fix: add a PodDisruptionBudget in the same namespace whose spec.selector selects the labels of the pod template, with spec.maxUnavailable set to 1.",
    ]);
  });

  it.each([
    ["maxUnavailable of all pods", { maxUnavailable: 2 }],
    ["maxUnavailable of 100%", { maxUnavailable: "100%" }],
    ["minAvailable of none", { maxUnavailable: undefined, minAvailable: 0 }],
    ["minAvailable of 0%", { maxUnavailable: undefined, minAvailable: "0%" }],
  ])("does not count a budget with %s", (_, spec) => {
    expect(said(disruptionBudget, [deployment(), budget(spec)])).toEqual([
      expect.stringContaining("PodDisruptionBudget shop/cart lets all of its 2 pods go at once"),
    ]);
  });

  it("lets one pod of an autoscaler go, as long as there can be more", () => {
    const stack = [autoscaled, autoscaler({ minReplicas: 1, maxReplicas: 2 }), budget()];
    expect(said(disruptionBudget, stack)).toEqual([]);
  });

  it.each([
    ["the number of pods", ["spec", "replicas"]],
    ["all labels of the template", templateLabels],
    ["the namespace", ["metadata", "namespace"]],
  ])("needs %s before the update", (_, path) => {
    const stack = [withValue(deployment(), path, unknown), budget()];
    expect(said(disruptionBudget, stack)[0]).toContain(
      `${path.join(".")} is not known before the update`,
    );
  });

  it("takes an unknown label that a budget asks for as none that it selects", () => {
    const labelled = withValue(
      deployment(),
      [...templateLabels, "app.kubernetes.io/name"],
      unknown,
    );
    expect(said(disruptionBudget, [labelled, budget()])).toHaveLength(1);
  });

  it("asks from as many pods on as its setting says, and leaves alone what is exempt", () => {
    const reason = "drained by hand only";
    expect(said(disruptionBudget, [deployment()], { replicas: 3 })).toEqual([]);
    expect(said(disruptionBudget, [single], { replicas: 1 })).toHaveLength(1);
    expect(said(disruptionBudget, [deployment()], { exempt: [{ name: "cart", reason }] })).toEqual(
      [],
    );
    expect(
      said(disruptionBudget, [deployment()], { exempt: [{ name: "till", reason }] }),
    ).toHaveLength(1);
  });
});
