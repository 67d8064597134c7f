import { describe, expect, it } from "vitest";
import { kubernetesDocs } from "../../../policy/kit/frameworks.ts";
import { containerRule } from "../../../policy/kit/pod-rule.ts";
import { isLongRunning } from "../../../policy/kit/pods.ts";
import { evaluate, unknown, type TestResource } from "./evaluate.ts";
import { container, deployment, kindsWithPods, objectOf, podSpec } from "./workloads.ts";

const roles = containerRule({
  name: "every-container",
  title: "No container is there at all",
  why: "A test has to see which containers a rule sees.",
  fix: "remove it",
  severity: "low",
  frameworks: [kubernetesDocs("Pods")],
  check: (one, report) => {
    report(isLongRunning(one) ? "is there" : "ends");
  },
  checkPod: ({ spec }, report) => {
    if (typeof spec !== "object") report("has no spec");
  },
});

function reported(resource: TestResource, config = {}): string[] {
  return evaluate(roles, resource, config).map((message) =>
    message.replace(/^[^:]+: /, "").replace(". Fix: remove it.", ""),
  );
}

const stays = 'container "main" is there';
const ends = 'container "main" ends';
const template = { spec: podSpec() };

describe("the containers that rules see", () => {
  it.each([
    ...Object.entries(kindsWithPods).map(([kind, make]) => [kind, make(podSpec())] as const),
    ["PodTemplate", objectOf("PodTemplate", { template })] as const,
    ["ReplicationController", objectOf("ReplicationController", { spec: { template } })] as const,
    ["custom Pod", { ...objectOf("Pod", template), type: "kubernetes:v1:Pod" }] as const,
  ])("are those of a %s", (kind, resource) => {
    expect(reported(resource)).toEqual([kind.endsWith("Job") ? ends : stays]);
  });

  it.each(["Never", "OnFailure"])("end in a Pod that is started again %s", (restartPolicy) => {
    expect(reported(objectOf("Pod", { spec: podSpec({ restartPolicy }) }))).toEqual([ends]);
  });

  it("are those of each role, by name or else by number", () => {
    const spec = podSpec({
      initContainers: [container({ name: "first" }), container({ restartPolicy: "Always" })],
      containers: [container({ name: undefined })],
      ephemeralContainers: [container({ name: "debug" })],
    });
    expect(reported(deployment(spec))).toEqual([
      'init container "first" ends',
      'sidecar "main" is there',
      'container "0" is there',
      'ephemeral container "debug" ends',
    ]);
  });

  it("are those of each item of a list, and of a patch that has pods", () => {
    const { props, type } = deployment();
    const patch = { type: `${type}Patch`, name: "cart", props };
    expect(reported(patch)).toEqual([stays]);
    expect(reported({ ...patch, props: { ...props, spec: { replicas: 3 } } })).toEqual([]);
    const list = { type: `${type}List`, name: "all", props: { items: [{}, props] } };
    expect(reported(list)).toEqual([stays]);
  });

  it.each([
    objectOf("policy/PodDisruptionBudget", { spec: podSpec() }),
    { type: "gcp:cloudrun/service:Service", name: "x", props: template },
  ])("are none of kinds without pods", (resource) => {
    expect(reported(resource)).toEqual([]);
  });

  it("are evaluated one by one where parts of a pod are unknown", () => {
    expect(reported(objectOf("apps/Deployment", { spec: { template: unknown } }))).toEqual([
      "spec.template is not known before the update, so that this rule cannot evaluate it; write it as a literal",
    ]);
    const spec = podSpec({ containers: [container({ name: unknown }), container()] });
    expect(reported(deployment(spec)).at(-1)).toContain("containers.0.name is not known");
  });

  it("are not those that are exempt, by object or by container", () => {
    const exempt = (more: object) => ({
      exempt: [{ namespace: "sh*", name: "cart", reason: "known and accepted", ...more }],
    });
    expect(reported(deployment(), exempt({}))).toEqual([]);
    expect(reported(deployment(), exempt({ container: "m*" }))).toEqual([]);
    expect(reported(deployment(), exempt({ container: "other" }))).toEqual([stays]);
    expect(reported(deployment(), exempt({ namespace: "other" }))).toEqual([stays]);
  });
});
