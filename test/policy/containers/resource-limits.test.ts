import { describe, expect, it } from "vitest";
import { resourceLimits } from "../../../policy/rules/containers/resource-limits.ts";
import { judge, unknown } from "../kit/judge.ts";
import { container, deployment, kindsWithPods, podSpec } from "../kit/workloads.ts";

function limited(limits: unknown, more: object = {}) {
  return container({ resources: { limits }, ...more });
}

describe("resource-limits", () => {
  it.each(Object.keys(kindsWithPods))("judges the pods of a %s", (kind) => {
    const make = kindsWithPods[kind]!;
    expect(judge(resourceLimits, make(podSpec()))).toEqual([]);
    const bad = podSpec({ containers: [limited({ cpu: "1" })] });
    expect(judge(resourceLimits, make(bad))).toEqual([
      expect.stringContaining(
        'container "main" has no limit for memory. Fix: set resources.limits',
      ),
    ]);
  });

  it.each([
    ["nothing", undefined, ["has no limit for memory", "has no limit for cpu"]],
    ["zero", { cpu: "1", memory: 0 }, ["has a limit for memory of zero"]],
    ["no quantity", { cpu: "one", memory: "1Gi" }, ["has a limit for cpu that is no quantity"]],
  ])("refuses a container that is limited to %s", (_, limits, problems) => {
    const said = judge(resourceLimits, deployment(podSpec({ containers: [limited(limits)] })));
    expect(said).toEqual(problems.map((problem) => expect.stringContaining(problem) as unknown));
  });

  it.each([
    ["init container", { initContainers: [limited({})] }, 2],
    ["sidecar", { initContainers: [limited({}, { restartPolicy: "Always" })] }, 2],
    ["ephemeral container", { ephemeralContainers: [limited({})] }, 0],
  ])("judges a %s as the API lets it be limited", (_, spec, problems) => {
    expect(judge(resourceLimits, deployment(podSpec(spec)))).toHaveLength(problems);
  });

  it("lets containers use what CPU is left where the setting says so, and never all memory", () => {
    const setting = { resources: ["memory"] };
    const spec = (limits: unknown) => podSpec({ containers: [limited(limits)] });
    expect(judge(resourceLimits, deployment(spec({ memory: "1Gi" })), setting)).toEqual([]);
    expect(judge(resourceLimits, deployment(spec({})), setting)).toHaveLength(1);
  });

  it("takes the limit of the pod as a whole", () => {
    const resources = { limits: { cpu: "1", memory: "1Gi" } };
    const spec = podSpec({ resources, containers: [container({ resources: {} })] });
    expect(judge(resourceLimits, deployment(spec))).toEqual([]);
  });

  it("says that it needs a literal where the limit is unknown", () => {
    const spec = podSpec({ containers: [limited({ cpu: "1", memory: unknown })] });
    expect(judge(resourceLimits, deployment(spec))).toEqual([
      expect.stringContaining("resources.limits.memory is not known before the update"),
    ]);
  });
});
