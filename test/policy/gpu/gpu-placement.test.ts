import { describe, expect, it } from "vitest";
import { gpuPlacement } from "../../../policy/rules/gpu/gpu-placement.ts";
import { evaluate, unknown } from "../kit/evaluate.ts";
import { deployment, kindsWithPods, podSpec } from "../kit/workloads.ts";
import { gpuLabel, gpuPodSpec, gpuToleration, requiredNodes } from "./gpu-objects.ts";

type Fields = Record<string, unknown>;

function said(changes: Fields, config = {}) {
  return evaluate(gpuPlacement, deployment(gpuPodSpec(changes)), config);
}

const noToleration: unknown = expect.stringContaining(
  "does not tolerate the taint nvidia.com/gpu:NoSchedule",
);
const noSelection: unknown = expect.stringContaining("does not say on which nodes");

describe("gpu-placement", () => {
  it.each(Object.keys(kindsWithPods))("judges the pods of a %s", (kind) => {
    const make = kindsWithPods[kind]!;
    expect(evaluate(gpuPlacement, make(gpuPodSpec()))).toEqual([]);
    expect(evaluate(gpuPlacement, make(podSpec()))).toEqual([]);
    const [first, ...more] = evaluate(gpuPlacement, make(gpuPodSpec({ tolerations: [] })));
    expect(first).toContain(`${kind} shop/cart: `);
    expect(first).toContain("does not tolerate");
    expect(more).toEqual([]);
  });

  it.each<[string, Fields]>([
    ["of any effect", { key: "nvidia.com/gpu", operator: "Exists" }],
    ["of its effect", { key: "nvidia.com/gpu", operator: "Exists", effect: "NoSchedule" }],
    ["of every taint", { operator: "Exists" }],
  ])("accepts a toleration %s", (_, toleration) => {
    expect(said({ tolerations: [toleration] })).toEqual([]);
  });

  it.each<[string, Fields]>([
    ["of another key", { key: "example.com/gpu", operator: "Exists" }],
    ["of another effect", { key: "nvidia.com/gpu", operator: "Exists", effect: "NoExecute" }],
    ["of one value", { key: "nvidia.com/gpu", operator: "Equal", value: "true" }],
    ["without operator", { key: "nvidia.com/gpu", value: "present" }],
    ["without a key for one value", { operator: "Equal", value: "present" }],
  ])("refuses a toleration %s", (_, toleration) => {
    expect(said({ tolerations: [toleration] })).toEqual([noToleration]);
  });

  it("takes tolerations of single values once it knows the values of the taint", () => {
    const one = { key: "nvidia.com/gpu", operator: "Equal", value: "present" };
    const other = { key: "nvidia.com/gpu", value: "true", effect: "NoSchedule" };
    const config = { taintValues: ["present", "true"] };
    expect(said({ tolerations: [one] }, config)).toEqual([noToleration]);
    expect(said({ tolerations: [one, other] }, config)).toEqual([]);
    expect(said({ tolerations: [gpuToleration] }, config)).toEqual([]);
  });

  it.each<[string, Fields]>([
    ["a value", { key: gpuLabel, operator: "In", values: ["nvidia-l4"] }],
    ["a label", { key: gpuLabel, operator: "Exists" }],
  ])("accepts node affinity that requires %s", (_, term) => {
    expect(said({ nodeSelector: undefined, affinity: requiredNodes([term]) })).toEqual([]);
  });

  it.each<[string, Fields]>([
    ["nothing", {}],
    ["another label", { nodeSelector: { "kubernetes.io/arch": "amd64" } }],
    [
      "a label's absence",
      { affinity: requiredNodes([{ key: gpuLabel, operator: "DoesNotExist" }]) },
    ],
    [
      "the label in one of two alternatives",
      {
        affinity: requiredNodes(
          [{ key: gpuLabel, operator: "Exists" }],
          [{ key: "kubernetes.io/arch", operator: "Exists" }],
        ),
      },
    ],
    [
      "the label by preference alone",
      {
        affinity: {
          nodeAffinity: {
            preferredDuringSchedulingIgnoredDuringExecution: [
              {
                weight: 1,
                preference: { matchExpressions: [{ key: gpuLabel, operator: "Exists" }] },
              },
            ],
          },
        },
      },
    ],
  ])("refuses a pod that selects %s", (_, changes) => {
    expect(said({ nodeSelector: undefined, ...changes })).toEqual([noSelection]);
  });

  it("lets settings name the labels, the taint and the resources", () => {
    const nodeSelector = { "example.com/gpu": "l4" };
    expect(said({ nodeSelector })).toEqual([noSelection]);
    expect(said({ nodeSelector }, { labels: ["example.com/gpu"] })).toEqual([]);
    const tolerations = [{ key: "example.com/gpu", operator: "Exists" }];
    expect(said({ tolerations }, { taint: "example.com/gpu" })).toEqual([]);
    const config = { resources: ["amd.com/gpu"] };
    expect(said({ tolerations: [], nodeSelector: {} }, config)).toEqual([]);
  });

  it.each<[string, Fields, string]>([
    ["every taint", { operator: "Exists" }, "tolerates every taint, that of GPUs too,"],
    ["that of GPUs", gpuToleration, "tolerates the taint nvidia.com/gpu and asks for no GPU"],
  ])("keeps pods without a GPU that tolerate %s off the nodes", (_, toleration, message) => {
    const spec = podSpec({ tolerations: [toleration] });
    expect(evaluate(gpuPlacement, deployment(spec))).toEqual([expect.stringContaining(message)]);
    expect(evaluate(gpuPlacement, kindsWithPods["DaemonSet"]!(spec))).toEqual([]);
  });

  it("accepts pods without a GPU that tolerate something else", () => {
    const tolerations = [
      { key: "node.kubernetes.io/not-ready", operator: "Exists" },
      { operator: "Exists", effect: "NoExecute" },
    ];
    expect(evaluate(gpuPlacement, deployment(podSpec({ tolerations })))).toEqual([]);
  });

  it("says that it needs a literal where the placement is unknown", () => {
    expect(said({ tolerations: unknown })).toEqual([
      expect.stringContaining("tolerations is not known before the update"),
    ]);
    expect(said({ nodeSelector: unknown })).toEqual([
      expect.stringContaining("nodeSelector is not known before the update"),
    ]);
  });
});

describe("gpu-placement, of pods that go past the scheduler or its counts", () => {
  it("refuses a pod that names its node, past every taint", () => {
    const byName = podSpec({ nodeName: "gpu-node-1" });
    const past = expect.stringContaining(
      "is put on its node by nodeName, past every taint",
    ) as unknown;
    expect(evaluate(gpuPlacement, deployment(byName))).toEqual([past]);
    expect(said({ nodeName: "gpu-node-1" })).toEqual([past]);
    const pod = kindsWithPods["Pod"]!(byName);
    expect(evaluate(gpuPlacement, pod)).toEqual([past]);
    // What the scheduler wrote into an object that is there.
    const live = { ...pod, props: { ...pod.props, status: { phase: "Running" } } };
    expect(evaluate(gpuPlacement, live)).toEqual([]);
    expect(evaluate(gpuPlacement, deployment(podSpec({ nodeName: "" })))).toEqual([]);
  });

  it("leaves the toleration to pods that claim devices", () => {
    const claims = { resourceClaims: [{ name: "gpu", resourceClaimTemplateName: "gpu" }] };
    const tolerations = [gpuToleration];
    expect(evaluate(gpuPlacement, deployment(podSpec({ tolerations, ...claims })))).toEqual([]);
    expect(
      evaluate(gpuPlacement, deployment(podSpec({ tolerations, resourceClaims: [] }))),
    ).toHaveLength(1);
  });
});
