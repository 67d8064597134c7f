import { describe, expect, it } from "vitest";
import { unknown, type TestResource } from "./kit/evaluate.ts";
import { toldOfPods } from "./kit/teller.ts";
import { container, kindsWithPods, objectOf, podSpec } from "./kit/workloads.ts";

function told(resource: TestResource, parts = false): string[] {
  return toldOfPods(resource, { parts });
}

const custom = (spec: unknown, kind = "example.com/Rollout") => objectOf(kind, { spec });
const main = "[container main]";
const image = "registry.example.com/shop/cart:1.4.2";

describe("the pods of a custom resource", () => {
  it.each<[string, object, string]>([
    ["a hole before its containers", { group: { containers: [null, container()] } }, "spec.group"],
    [
      "an unknown container before others",
      { group: { containers: [unknown, container()] } },
      "spec.group",
    ],
    [
      "a container without an image before others",
      { group: { containers: [{ name: "a" }, container()] } },
      "spec.group",
    ],
  ])("are found with %s", (_, spec, place) => {
    expect(told(custom(spec))).toEqual([expect.stringContaining(place)]);
  });

  it.each<[string, object, string]>([
    [
      "init containers alone",
      { initContainers: [container()] },
      "spec: [init container main that ends]",
    ],
    ["a script", { templates: [{ script: { image } }] }, "spec.templates.0: [container 0]"],
    ["steps", { taskSpec: { steps: [{ image }] } }, "spec.taskSpec: [container 0]"],
    [
      "steps and containers beside them",
      { steps: [{ image }], sidecars: [{ name: "side", image }] },
      "spec: [container 0, container side]",
    ],
  ])("are found where it has %s", (_, spec, expected) => {
    expect(told(custom(spec))).toEqual([expected]);
  });

  it.each([
    ["steps that are no containers", { steps: [{ setWeight: 20 }, { pause: {} }] }],
    ["steps that are lists", { steps: [[{ template: "a" }]] }],
    ["a script that is a text", { script: "echo" }],
    ["names of init containers", { initContainers: ["main"] }],
  ])("are not seen in %s", (_, spec) => {
    expect(told(custom(spec))).toEqual([]);
  });

  it.each([
    "apiextensions.k8s.io/CustomResourceDefinition",
    "resource.k8s.io/ResourceClaimTemplate",
    "kyverno.io/ClusterPolicy",
    "constraints.gatekeeper.sh/Banned",
  ])("are not looked for in a %s, which only speaks of pods", (kind) => {
    expect(told(custom({ ...podSpec(), hostNetwork: true }, kind), true)).toEqual([]);
  });
});

describe("parts of pods that a custom resource keeps apart from containers", () => {
  it.each<[string, object]>([
    ["a namespace of the node", { hostNetwork: true }],
    ["a folder of the node", { volumes: [unknown, { name: "node", hostPath: { path: "/" } }] }],
    ["a security context", { securityContext: { privileged: true } }],
  ])("are found by %s, for rules that ask for them", (_, part) => {
    const resource = custom({ templates: [{ inner: part }, { container: container() }] });
    expect(told(resource, true)).toEqual([
      "spec.templates.0.inner: [a part]",
      `spec.templates.1: ${main}`,
    ]);
    expect(told(resource)).toEqual([`spec.templates.1: ${main}`]);
  });

  it("are not containers of pods", () => {
    expect(told(kindsWithPods["Rollout"]!(podSpec()), true)).toEqual([
      `spec.stages.0.template.spec: ${main}`,
    ]);
  });

  it.each<[string, object]>([
    ["names that only sound so", { hostNetwork: { cidr: "10.0.0.0/8" }, volumes: [{ size: 1 }] }],
    ["what nobody knows yet", { hostNetwork: unknown, volumes: unknown, securityContext: unknown }],
  ])("are not seen in %s", (_, part) => {
    expect(told(custom(part), true)).toEqual([]);
  });

  it("are none of kinds that Kubernetes itself has", () => {
    expect(told(objectOf("Service", { spec: { hostNetwork: true } }), true)).toEqual([]);
  });
});

describe("pods that end by themselves", () => {
  it.each([
    "batch.volcano.sh/Job",
    "kubeflow.org/PyTorchJob",
    "jobset.x-k8s.io/JobSet",
    "argoproj.io/Workflow",
    "argoproj.io/ClusterWorkflowTemplate",
    "tekton.dev/TaskRun",
    "tekton.dev/Task",
  ])("are those of a %s", (kind) => {
    expect(told(custom({ template: { spec: podSpec() } }, kind))).toEqual([
      "spec.template.spec: [container main that ends]",
    ]);
  });

  it.each(["Never", "OnFailure"])("are those that are started again %s", (restartPolicy) => {
    const spec = podSpec({ restartPolicy });
    const ends = "[container main that ends]";
    expect(told(kindsWithPods["Pod"]!(spec))).toEqual([ends]);
    expect(told(kindsWithPods["Rollout"]!(spec))).toEqual([`spec.stages.0.template.spec: ${ends}`]);
    expect(told(kindsWithPods["Deployment"]!(spec))).toEqual([main]);
  });
});
