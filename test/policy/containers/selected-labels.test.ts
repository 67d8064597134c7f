import { describe, expect, it } from "vitest";
import { selectedLabels } from "../../../policy/rules/containers/selected-labels.ts";
import { withValue, without } from "../kit/change.ts";
import { judge, unknown } from "../kit/judge.ts";
import { deployment, kindsWithPods, podSpec } from "../kit/workloads.ts";

const selector = ["spec", "selector"];
const name = "app.kubernetes.io/name";
const workloads = ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"];

describe("selected-labels", () => {
  it.each(workloads)("judges a %s", (kind) => {
    const resource = kindsWithPods[kind]!(podSpec());
    expect(judge(selectedLabels, resource)).toEqual([]);
    const other = withValue(resource, selector, { matchLabels: { [name]: "other" } });
    expect(judge(selectedLabels, other)).toEqual([
      expect.stringContaining(
        `${kind} shop/cart: selects ${name}=other, which its own pods don't have. Fix: set spec.selector`,
      ),
    ]);
  });

  it.each([
    ["none", undefined],
    ["one that selects everything", {}],
    ["one without labels", { matchLabels: {} }],
  ])("refuses a Deployment whose selector is %s", (_, value) => {
    expect(judge(selectedLabels, withValue(deployment(), selector, value))).toEqual([
      expect.stringContaining("has no selector"),
    ]);
  });

  it.each([
    ["is missing", without(deployment(), ["spec", "template", "metadata", "labels", name])],
    [
      "is unknown",
      withValue(deployment(), ["spec", "template", "metadata", "labels", name], unknown),
    ],
  ])("refuses a Deployment whose pods' label %s", (_, resource) => {
    expect(judge(selectedLabels, resource)).toHaveLength(1);
  });

  it("understands expressions", () => {
    const expression = (operator: string) => ({
      matchExpressions: [{ key: name, operator, values: ["cart"] }],
    });
    expect(judge(selectedLabels, withValue(deployment(), selector, expression("In")))).toEqual([]);
    expect(
      judge(selectedLabels, withValue(deployment(), selector, expression("NotIn"))),
    ).toHaveLength(1);
  });

  it.each(Object.keys(kindsWithPods).filter((kind) => !workloads.includes(kind)))(
    "leaves a %s alone",
    (kind) => {
      expect(judge(selectedLabels, without(kindsWithPods[kind]!(podSpec()), selector))).toEqual([]);
    },
  );

  it("leaves alone what is exempt", () => {
    const exempt = [{ name: "cart", reason: "known and accepted" }];
    expect(judge(selectedLabels, without(deployment(), selector), { exempt })).toEqual([]);
  });
});
