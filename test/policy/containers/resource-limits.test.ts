import { describe, expect, it } from "vitest";
import { resourceLimits } from "../../../policy/rules/containers/resource-limits.ts";
import { evaluate, unknown } from "../kit/evaluate.ts";
import { container, deployment, kindsWithPods, podSpec } from "../kit/workloads.ts";

function limited(limits: unknown, more: object = {}) {
  return container({ resources: { limits }, ...more });
}

describe("resource-limits", () => {
  it.each(Object.keys(kindsWithPods))("judges the pods of a %s", (kind) => {
    const make = kindsWithPods[kind]!;
    expect(evaluate(resourceLimits, make(podSpec()))).toEqual([]);
    const bad = podSpec({ containers: [limited({ cpu: "1" })] });
    expect(evaluate(resourceLimits, make(bad))).toEqual([
      expect.stringContaining(
        'container "main" has no limit for memory. Fix: set resources.limits',
      ),
    ]);
  });

  it.each([
    ["nothing", undefined, ["has no limit for memory"]],
    ["zero", { cpu: "1", memory: 0 }, ["has a limit for memory of zero"]],
    ["millionths", { memory: "512m" }, ["has a limit for memory of 512m, less than a mebibyte"]],
    ["bytes", { memory: 512 }, ["has a limit for memory of 512, less than a mebibyte"]],
    ["no quantity", { memory: "1GB" }, ["has a limit for memory that is no quantity"]],
  ])("refuses a container that is limited to %s", (_, limits, problems) => {
    const said = evaluate(resourceLimits, deployment(podSpec({ containers: [limited(limits)] })));
    expect(said).toEqual(problems.map((problem) => expect.stringContaining(problem) as unknown));
  });

  it.each([
    ["init container", { initContainers: [limited({})] }, 1],
    ["sidecar", { initContainers: [limited({}, { restartPolicy: "Always" })] }, 1],
    ["ephemeral container", { ephemeralContainers: [limited({})] }, 0],
  ])("judges a %s as the API lets it be limited", (_, spec, problems) => {
    expect(evaluate(resourceLimits, deployment(podSpec(spec)))).toHaveLength(problems);
  });

  it("demands what the setting lists", () => {
    const demanding = { resources: ["memory", "ephemeral-storage"] };
    expect(evaluate(resourceLimits, deployment(), demanding)).toEqual([
      expect.stringContaining("has no limit for ephemeral-storage"),
    ]);
  });

  it("takes the limit of the pod as a whole", () => {
    const resources = { limits: { cpu: "1", memory: "1Gi" } };
    const spec = podSpec({ resources, containers: [container({ resources: {} })] });
    expect(evaluate(resourceLimits, deployment(spec))).toEqual([]);
  });

  it("says that it needs a literal where the limit is unknown", () => {
    const spec = podSpec({ containers: [limited({ cpu: "1", memory: unknown })] });
    expect(evaluate(resourceLimits, deployment(spec))).toEqual([
      expect.stringContaining("resources.limits.memory is not known before the update"),
    ]);
  });
});
