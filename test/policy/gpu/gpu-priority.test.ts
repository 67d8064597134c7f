import { describe, expect, it } from "vitest";
import { gpuPriority } from "../../../policy/rules/gpu/gpu-priority.ts";
import { withValue } from "../kit/change.ts";
import { evaluateStack, unknown } from "../kit/evaluate.ts";
import { deployment, kindsWithPods, podSpec } from "../kit/workloads.ts";
import { gpuPodSpec, priorityClass } from "./gpu-objects.ts";

const nameless = deployment(gpuPodSpec({ priorityClassName: undefined }));
const named = deployment(gpuPodSpec());

describe("gpu-priority", () => {
  it.each(Object.keys(kindsWithPods))("judges the pods of a %s", (kind) => {
    const make = kindsWithPods[kind]!;
    expect(evaluateStack(gpuPriority, [make(gpuPodSpec()), priorityClass])).toEqual([]);
    const bad = make(gpuPodSpec({ priorityClassName: undefined }));
    const [first, ...more] = evaluateStack(gpuPriority, [bad, priorityClass]);
    expect(first).toContain(
      `${kind} shop/cart: asks for a GPU without priorityClassName. Fix: set`,
    );
    expect(more).toEqual([]);
  });

  it("refuses a class that the stack does not make, unless settings know it", () => {
    expect(evaluateStack(gpuPriority, [named])).toEqual([
      expect.stringContaining("the priority class gpu-standard, which the stack does not make"),
    ]);
    expect(evaluateStack(gpuPriority, [named], { config: { classes: ["gpu-standard"] } })).toEqual(
      [],
    );
    const system = deployment(gpuPodSpec({ priorityClassName: "system-node-critical" }));
    expect(evaluateStack(gpuPriority, [system])).toEqual([]);
  });

  it("leaves pods without a GPU alone", () => {
    expect(evaluateStack(gpuPriority, [deployment(podSpec())])).toEqual([]);
    expect(evaluateStack(gpuPriority, [nameless], { config: { resources: [] } })).toEqual([]);
  });

  it("judges the same while the cluster is yet to be made, and of the stack alone", () => {
    for (const options of [{ unknownProvider: true }, { stackOnly: true }]) {
      expect(evaluateStack(gpuPriority, [named, priorityClass], options)).toEqual([]);
      expect(evaluateStack(gpuPriority, [named], options)).toHaveLength(1);
    }
  });

  it("leaves an exempt workload alone", () => {
    const exempt = [{ name: "cart", reason: "runs alone in its cluster" }];
    expect(evaluateStack(gpuPriority, [nameless], { config: { exempt } })).toEqual([]);
  });

  it("says that it needs a literal where a name is unknown", () => {
    const spec = gpuPodSpec({ priorityClassName: unknown });
    expect(evaluateStack(gpuPriority, [deployment(spec)])).toEqual([
      expect.stringContaining("priorityClassName is not known before the update"),
    ]);
    const unnamed = withValue(priorityClass, ["metadata", "name"], unknown);
    expect(evaluateStack(gpuPriority, [unnamed])).toEqual([
      expect.stringContaining("metadata.name is not known before the update"),
    ]);
  });
});
