import { describe, expect, it } from "vitest";
import { gpuQuota } from "../../../policy/rules/gpu/gpu-quota.ts";
import { withValue, without } from "../kit/change.ts";
import { evaluateStack, unknown } from "../kit/evaluate.ts";
import { deployment, kindsWithPods, podSpec } from "../kit/workloads.ts";
import { gpuContainer, gpuPodSpec, gpuQuantity, quota, resourcesOf } from "./gpu-objects.ts";

const workload = deployment(gpuPodSpec());
const missing: unknown = expect.stringContaining(
  "asks for nvidia.com/gpu in shop, where no quota counts it. Fix: add a ResourceQuota",
);

describe("gpu-quota", () => {
  it.each(Object.keys(kindsWithPods))("asks for a quota beside the pods of a %s", (kind) => {
    const made = kindsWithPods[kind]!(gpuPodSpec());
    expect(evaluateStack(gpuQuota, [made, gpuQuantity])).toEqual([]);
    const [first, ...more] = evaluateStack(gpuQuota, [made]);
    expect(first).toContain(`${kind} shop/cart: asks for nvidia.com/gpu in shop`);
    expect(more).toEqual([]);
  });

  it("asks for none where no pod asks for a GPU", () => {
    expect(evaluateStack(gpuQuota, [deployment(podSpec())])).toEqual([]);
  });

  it.each([
    ["of something else", quota({ "requests.cpu": "4" })],
    ["of another namespace", quota({ "requests.nvidia.com/gpu": "4" }, {}, { namespace: "other" })],
    ["of another GPU resource", quota({ "requests.nvidia.com/mig-1g.5gb": "4" })],
    ["for pods that end", quota({ "requests.nvidia.com/gpu": "4" }, { scopes: ["Terminating"] })],
  ])("doesn't take a quota %s for it", (_, other) => {
    expect(evaluateStack(gpuQuota, [workload, other])).toEqual([missing]);
  });

  it("takes a quota of the pods' own priority class for it", () => {
    const scoped = (operator: string, ...values: string[]) =>
      quota(
        { "requests.nvidia.com/gpu": "4" },
        { scopeSelector: { matchExpressions: [{ scopeName: "PriorityClass", operator, values }] } },
      );
    expect(evaluateStack(gpuQuota, [workload, scoped("In", "gpu-standard")])).toEqual([]);
    expect(evaluateStack(gpuQuota, [workload, scoped("In", "other")])).toEqual([missing]);
    expect(evaluateStack(gpuQuota, [workload, scoped("NotIn", "gpu-standard")])).toEqual([missing]);
    const classless = deployment(gpuPodSpec({ priorityClassName: undefined }));
    expect(evaluateStack(gpuQuota, [classless, scoped("In", "gpu-standard")])).toEqual([missing]);
  });

  it("refuses a quota of limits, which Kubernetes refuses", () => {
    const limits = quota({ "limits.nvidia.com/gpu": "4", "limits.cpu": "4" });
    expect(evaluateStack(gpuQuota, [limits])).toEqual([
      expect.stringContaining("ResourceQuota shop/quota: limits limits.nvidia.com/gpu, which"),
    ]);
  });

  it("takes a workload without a namespace for one of the default namespace", () => {
    const bare = without(workload, ["metadata", "namespace"]);
    const there = without(gpuQuantity, ["metadata", "namespace"]);
    expect(evaluateStack(gpuQuota, [bare, there])).toEqual([]);
    expect(evaluateStack(gpuQuota, [bare, gpuQuantity])).toHaveLength(1);
  });

  it("judges the same while the cluster is yet to be made, and of the stack alone", () => {
    expect(evaluateStack(gpuQuota, [workload], { unknownProvider: true })).toEqual([missing]);
    expect(evaluateStack(gpuQuota, [workload, gpuQuantity], { unknownProvider: true })).toEqual([]);
    expect(evaluateStack(gpuQuota, [workload], { stackOnly: true })).toEqual([missing]);
    expect(evaluateStack(gpuQuota, [workload, gpuQuantity], { stackOnly: true })).toEqual([]);
  });

  it("lets settings name the resources, and exemptions the workload", () => {
    const foreign = deployment(
      gpuPodSpec({
        containers: [gpuContainer({ resources: resourcesOf({ "example.com/gpu": 1 }) })],
      }),
    );
    const config = { resources: ["example.com/gpu"] };
    expect(evaluateStack(gpuQuota, [foreign])).toEqual([]);
    expect(evaluateStack(gpuQuota, [foreign], { config })).toHaveLength(1);
    const counted = quota({ "requests.example.com/gpu": "1" });
    expect(evaluateStack(gpuQuota, [foreign, counted], { config })).toEqual([]);
    const exempt = [{ name: "cart", reason: "the cluster's operator limits it" }];
    expect(evaluateStack(gpuQuota, [workload], { config: { exempt } })).toEqual([]);
  });

  it("says that it needs a literal where the namespace or the amount is unknown", () => {
    const somewhere = withValue(workload, ["metadata", "namespace"], unknown);
    expect(evaluateStack(gpuQuota, [somewhere])).toEqual([
      expect.stringContaining("metadata.namespace is not known before the update"),
    ]);
    expect(evaluateStack(gpuQuota, [quota({ "requests.nvidia.com/gpu": unknown })])).toEqual([
      expect.stringContaining("is not known before the update"),
    ]);
    expect(
      evaluateStack(gpuQuota, [workload, quota({ "requests.nvidia.com/gpu": 1, pods: unknown })]),
    ).toEqual([]);
  });
});
