import { describe, expect, it } from "vitest";
import { unknown, type TestResource } from "./kit/evaluate.ts";
import { toldOfPods } from "./kit/teller.ts";
import { container, kindsWithPods, objectOf, podSpec } from "./kit/workloads.ts";

function told(resource: TestResource, config = {}): string[] {
  return toldOfPods(resource, { config });
}

const custom = (spec: unknown, kind = "example.com/Rollout") => objectOf(kind, { spec });
const main = "[container main]";
const template = { spec: podSpec() };

describe("the pods of a resource", () => {
  it.each([
    ["Pod", main],
    ["Deployment", main],
    ["StatefulSet", main],
    ["DaemonSet", main],
    ["ReplicaSet", main],
    ["Job", "[container main that ends]"],
    ["CronJob", "[container main that ends]"],
    ["Rollout", `spec.stages.0.template.spec: ${main}`],
  ])("are found in a %s", (kind, expected) => {
    expect(told(kindsWithPods[kind]!(podSpec()))).toEqual([expected]);
  });

  it.each([
    ["PodTemplate", objectOf("PodTemplate", { template })],
    ["ReplicationController", objectOf("ReplicationController", { spec: { template } })],
    ["Pod as a custom resource", { ...objectOf("Pod", template), type: "kubernetes:v1:Pod" }],
  ])("are found in a %s", (_, resource) => {
    expect(told(resource)).toEqual([main]);
  });

  it.each(["ConfigMap", "Service", "policy/PodDisruptionBudget", "apps/ControllerRevision"])(
    "are not looked for in a %s",
    (kind) => {
      expect(told(objectOf(kind, { spec: podSpec(), data: { template } }))).toEqual([]);
    },
  );

  it("are found in what changes a part of an object", () => {
    const whole = kindsWithPods["Deployment"]!(podSpec());
    const patch = { ...whole, type: `${whole.type}Patch` };
    expect(told(patch)).toEqual([main]);
    expect(told({ ...patch, props: { ...whole.props, spec: { replicas: 3 } } })).toEqual([]);
  });

  it("are found in each item of a list, of one kind or of any", () => {
    const { props } = kindsWithPods["Deployment"]!(podSpec());
    const list = (type: string) => ({ type, name: "all", props: { items: [{}, props] } });
    const jobs = { items: [kindsWithPods["Job"]!(podSpec()).props] };
    expect(told({ type: "kubernetes:batch/v1:JobList", name: "all", props: jobs })).toEqual([
      "items.0.spec.template.spec: [container main that ends]",
    ]);
    const place = `items.1.spec.template.spec: ${main}`;
    expect(told(list("kubernetes:apps/v1:DeploymentList"))).toEqual([place]);
    expect(told(list("kubernetes:v1:List"))).toEqual([place]);
  });

  it("are none of a resource that is not of Kubernetes", () => {
    expect(told({ type: "gcp:cloudrun/service:Service", name: "x", props: template })).toEqual([]);
  });

  it("are judged even while the whole pod is unknown", () => {
    const resource = objectOf("apps/Deployment", { spec: { template: unknown } });
    expect(told(resource)).toEqual([
      "spec.template is not known before the update, so that this rule cannot evaluate it; write it as a literal",
    ]);
  });
});

describe("the pods of a custom resource", () => {
  it("are found at any depth, and all of them", () => {
    const deep = Array.from({ length: 30 }).reduce<object>((inner) => ({ inner }), template);
    const said = told(custom({ ...podSpec(), deep, twins: [template, template] }));
    expect(said).toHaveLength(4);
    expect(said[0]).toBe(`spec: ${main}`);
    expect(said[1]).toMatch(/^spec\.deep(\.inner){30}\.spec: /);
    expect(said.slice(2)).toEqual([`spec.twins.0.spec: ${main}`, `spec.twins.1.spec: ${main}`]);
  });

  it.each([
    ["has one container by itself", { steps: [{ container: container() }] }, "spec.steps.0"],
    ["has containers without a spec", { group: { containers: [container()] } }, "spec.group"],
  ])("are found where it %s", (_, spec, place) => {
    expect(told(custom(spec))).toEqual([`${place}: ${main}`]);
  });

  it.each([
    ["an unknown list of containers", { containers: unknown }],
    ["a list of unknown containers", { containers: [unknown] }],
  ])("are judged with %s", (_, spec) => {
    expect(told(custom({ template: { spec } }))).toEqual([
      expect.stringContaining("spec.template.spec.containers"),
    ]);
  });

  it.each([
    ["names of containers", { containers: ["main"] }],
    ["a name of one container", { container: "main" }],
    ["an empty list", { containers: [] }],
    ["limits by container", { policy: { containers: [{ name: "main", maxAllowed: {} }] } }],
    ["what nobody knows yet", unknown],
    ["parts that nobody knows yet", { a: unknown, b: [unknown], container: unknown }],
  ])("are not seen in %s", (_, spec) => {
    expect(told(custom(spec))).toEqual([]);
  });

  it("are looked for where a setting says so, and only there", () => {
    const hidden = { tasks: [{ run: { image: "a" } }, { run: { image: "b" } }], ...template };
    const named = (...specs: string[]) => ({
      podTemplates: [{ kind: "example.com/Rollout", specs }],
    });
    const resource = custom({ ...hidden, steps: { initContainers: [{ name: "main" }] } });
    expect(told(resource)).toEqual([`spec.spec: ${main}`]);
    expect(told(resource, named())).toEqual([]);
    expect(told(resource, named("spec.steps", "spec.none.*"))).toEqual([
      "spec.steps: [init container main that ends]",
    ]);
    expect(told(resource, named("spec.tasks.*"))).toHaveLength(2);
    expect(told(custom(hidden, "example.com/Other"), named())).toHaveLength(1);
  });

  it("may have metadata that nobody knows yet", () => {
    expect(told(custom({ template: { metadata: unknown, ...template } }))).toHaveLength(1);
  });
});

describe("the containers of a pod", () => {
  it("are told with their roles, by name or else by number", () => {
    const spec = podSpec({
      initContainers: [container({ name: "first" }), container({ restartPolicy: "Always" })],
      containers: [container({ name: undefined })],
      ephemeralContainers: [container({ name: "debug" })],
      os: { name: "windows" },
    });
    expect(told(kindsWithPods["Deployment"]!(spec))).toEqual([
      "[init container first that ends, sidecar main, container 0, ephemeral container debug that ends, on Windows]",
    ]);
  });
});
