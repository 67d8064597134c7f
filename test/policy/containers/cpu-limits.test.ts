import { describe, expect, it } from "vitest";
import { cpuLimits } from "../../../policy/rules/containers/cpu-limits.ts";
import { evaluate, unknown } from "../kit/evaluate.ts";
import { container, deployment, kindsWithPods, podSpec } from "../kit/workloads.ts";

function limited(limits: unknown, more: object = {}) {
  return container({ resources: { limits }, ...more });
}

describe("cpu-limits", () => {
  it.each(Object.keys(kindsWithPods))("judges the pods of a %s", (kind) => {
    const make = kindsWithPods[kind]!;
    expect(evaluate(cpuLimits, make(podSpec()))).toEqual([]);
    const bad = podSpec({ containers: [limited({ memory: "1Gi" })] });
    expect(evaluate(cpuLimits, make(bad))).toEqual([
      expect.stringContaining(
        'container "main" has no limit for cpu. Fix: set resources.limits.cpu',
      ),
    ]);
  });

  it.each([
    ["nothing", undefined, "has no limit for cpu"],
    ["zero", { cpu: "0" }, "has a limit for cpu of zero"],
    ["no quantity", { cpu: "one" }, "has a limit for cpu that is no quantity"],
    ["what is unknown", { cpu: unknown }, "resources.limits.cpu is not known before the update"],
  ])("refuses a container that is limited to %s", (_, limits, problem) => {
    const resource = deployment(podSpec({ containers: [limited(limits)] }));
    expect(evaluate(cpuLimits, resource)).toEqual([expect.stringContaining(problem)]);
  });

  it.each([
    ["init container", { initContainers: [limited({})] }, 1],
    ["sidecar", { initContainers: [limited({}, { restartPolicy: "Always" })] }, 1],
    ["ephemeral container", { ephemeralContainers: [limited({})] }, 0],
  ])("judges a %s as the API lets it be limited", (_, spec, problems) => {
    expect(evaluate(cpuLimits, deployment(podSpec(spec)))).toHaveLength(problems);
  });

  it("leaves an exempt container alone", () => {
    const exempt = [{ name: "cart", container: "main", reason: "may use what others leave" }];
    const resource = deployment(podSpec({ containers: [limited({})] }));
    expect(evaluate(cpuLimits, resource, { exempt })).toEqual([]);
  });
});
