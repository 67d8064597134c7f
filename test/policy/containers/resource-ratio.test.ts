import { describe, expect, it } from "vitest";
import { resourceRatio } from "../../../policy/rules/containers/resource-ratio.ts";
import { evaluate } from "../kit/evaluate.ts";
import { container, deployment, kindsWithPods, podSpec } from "../kit/workloads.ts";

function memory(request: unknown, limit: unknown) {
  return container({ resources: { requests: { memory: request }, limits: { memory: limit } } });
}

function said(spec: Readonly<Record<string, unknown>>, config = {}) {
  return evaluate(resourceRatio, deployment(podSpec(spec)), config);
}

describe("resource-ratio", () => {
  it.each(Object.keys(kindsWithPods))("judges the pods of a %s", (kind) => {
    const make = kindsWithPods[kind]!;
    expect(evaluate(resourceRatio, make(podSpec()))).toEqual([]);
    expect(evaluate(resourceRatio, make(podSpec({ containers: [memory("1Gi", "8Gi")] })))).toEqual([
      expect.stringContaining(
        'container "main" may take 8 times the memory that it asks for, more than 4. Fix: ',
      ),
    ]);
  });

  it.each([
    ["1Gi", "1Gi", 0],
    ["1Gi", "1024Mi", 0],
    ["256Mi", "1Gi", 0],
    ["256Mi", "1025Mi", 1],
    ["1Gi", "1G", 1],
    ["1024Mi", "1023Mi", 1],
    [undefined, "1Gi", 0],
    ["1Gi", undefined, 0],
    ["0", "1Gi", 0],
    ["much", "1Gi", 0],
  ])("finds in a request of %s and a limit of %s %d problems", (request, limit, problems) => {
    expect(said({ containers: [memory(request, limit)] })).toHaveLength(problems);
  });

  it.each(["cpu", "nvidia.com/gpu", "ephemeral-storage"])("compares %s as well", (resource) => {
    const resources = { requests: { [resource]: "2" }, limits: { [resource]: "1" } };
    expect(said({ containers: [container({ resources })] })).toEqual([
      expect.stringContaining(`asks for more ${resource} than its limit`),
    ]);
  });

  it("lets CPU be used up to any limit: it is taken back without a kill", () => {
    const resources = { requests: { cpu: "10m" }, limits: { cpu: "4" } };
    expect(said({ containers: [container({ resources })] })).toEqual([]);
  });

  it("judges init containers and sidecars", () => {
    const bad = memory("1Gi", "8Gi");
    expect(said({ initContainers: [bad, { ...bad, restartPolicy: "Always" }] })).toEqual([
      expect.stringContaining('init container "main" may take'),
      expect.stringContaining('sidecar "main" may take'),
    ]);
  });

  it("takes the ratio from the setting", () => {
    const spec = { containers: [memory("1Gi", "8Gi")] };
    expect(said(spec, { maxMemoryRatio: 8 })).toEqual([]);
    expect(said(spec, { maxMemoryRatio: 7 })).toHaveLength(1);
  });
});
