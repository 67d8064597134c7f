import { describe, expect, it } from "vitest";
import { requiredLabels } from "../../../policy/rules/containers/required-labels.ts";
import { withValue, without } from "../kit/change.ts";
import { evaluate, unknown, type TestResource } from "../kit/evaluate.ts";
import { deployment, kindsWithPods, objectOf, podSpec } from "../kit/workloads.ts";

const labels = ["metadata", "labels"];
const templateLabels = ["spec", "template", "metadata", "labels"];
const component = "app.kubernetes.io/component";

describe("required-labels", () => {
  it.each(Object.keys(kindsWithPods))("judges a %s", (kind) => {
    const resource = kindsWithPods[kind]!(podSpec());
    expect(evaluate(requiredLabels, resource)).toEqual([]);
    const bare = withValue(resource, ["metadata", "labels"], { "app.kubernetes.io/name": "cart" });
    const expected = `${kind} shop/cart: lacks the labels ${component}, app.kubernetes.io/part-of, app.kubernetes.io/managed-by. Fix: set metadata.labels`;
    // Nobody told the rule of that kind; its pods are judged all the same.
    expect(evaluate(requiredLabels, bare)).toEqual(
      kind === "Rollout" ? [] : [expect.stringContaining(expected)],
    );
  });

  it.each(Object.keys(kindsWithPods).filter((kind) => kind !== "Pod"))(
    "judges the pods of a %s",
    (kind) => {
      const text = JSON.stringify(kindsWithPods[kind]!(podSpec()));
      const template = /"template":\{"metadata":\{"labels":\{[^}]*\}/;
      const bare = text.replace(template, '"template":{"metadata":{"labels":{}');
      const resource = JSON.parse(bare) as TestResource;
      expect(evaluate(requiredLabels, resource)).toEqual([
        expect.stringMatching(/spec: its pods lack the labels app\.kubernetes\.io\/name, /),
      ]);
    },
  );

  it.each(["Service", "ConfigMap", "Secret", "ServiceAccount", "policy/PodDisruptionBudget"])(
    "judges a %s",
    (kind) => {
      expect(evaluate(requiredLabels, objectOf(kind, {}))).toEqual([]);
      expect(evaluate(requiredLabels, objectOf(kind, {}, { labels: undefined }))).toHaveLength(1);
    },
  );

  it("judges each of a list", () => {
    expect(evaluate(requiredLabels, objectOf("ServiceList", { items: [{}] }))).toEqual([
      expect.stringContaining("items.0: lacks the labels app.kubernetes.io/name"),
    ]);
  });

  it.each([
    ["lacks one", without(deployment(), [...labels, component])],
    ["has an empty one", withValue(deployment(), [...labels, component], "")],
    ["lacks one on its pods", without(deployment(), [...templateLabels, component])],
  ])("refuses a Deployment that %s", (_, resource) => {
    expect(evaluate(requiredLabels, resource)).toEqual([
      expect.stringMatching(new RegExp(`the labels ${component}\\. Fix: `)),
    ]);
  });

  it.each(["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job"])(
    "refuses a %s whose pods are called otherwise",
    (kind) => {
      const resource = kindsWithPods[kind]!(podSpec());
      expect(
        evaluate(requiredLabels, withValue(resource, [...templateLabels, component], "x")),
      ).toEqual([
        expect.stringContaining(`its pods have other labels than itself: ${component}. Fix: `),
      ]);
    },
  );

  it("takes a label whose value is unknown, and asks for a literal where all are", () => {
    expect(
      evaluate(requiredLabels, withValue(deployment(), [...labels, component], unknown)),
    ).toEqual([]);
    expect(evaluate(requiredLabels, withValue(deployment(), labels, unknown))).toEqual([
      expect.stringContaining("metadata.labels is not known before the update"),
    ]);
  });

  it("takes labels and kinds from the settings", () => {
    const budget = objectOf("policy/PodDisruptionBudget", {}, { labels: { team: "a" } });
    expect(evaluate(requiredLabels, budget, { labels: ["team"] })).toEqual([]);
    expect(evaluate(requiredLabels, budget, { labels: ["cost-centre"] })).toHaveLength(1);
    expect(evaluate(requiredLabels, budget, { kinds: ["Service"] })).toEqual([]);
  });

  it("leaves alone what is exempt", () => {
    const exempt = [{ name: "cart", reason: "known and accepted" }];
    expect(evaluate(requiredLabels, without(deployment(), labels), { exempt })).toEqual([]);
  });

  it("does not ask a patch for labels, which the object has that it changes", () => {
    const { props } = objectOf("ServiceAccount", {}, { labels: {} });
    const patch = { type: "kubernetes:core/v1:ServiceAccountPatch", name: "cart", props };
    expect(evaluate(requiredLabels, patch)).toEqual([]);
  });
});
