import { describe, expect, it } from "vitest";
import { emptyDirLimits } from "../../../policy/rules/containers/empty-dir-limits.ts";
import { evaluate, unknown } from "../kit/evaluate.ts";
import { container, deployment, kindsWithPods, podSpec } from "../kit/workloads.ts";

function volumes(emptyDir: unknown) {
  return { volumes: [{ name: "scratch", emptyDir }] };
}

function said(spec: Readonly<Record<string, unknown>>, config = {}) {
  return evaluate(emptyDirLimits, deployment(podSpec(spec)), config);
}

const onDisk = { resources: { limits: { "ephemeral-storage": "1Gi" } } };

describe("empty-dir-limits", () => {
  it.each(Object.keys(kindsWithPods))("judges the pods of a %s", (kind) => {
    const make = kindsWithPods[kind]!;
    expect(evaluate(emptyDirLimits, make(podSpec()))).toEqual([]);
    expect(evaluate(emptyDirLimits, make(podSpec(volumes({}))))).toEqual([
      expect.stringContaining('emptyDir "scratch" has no sizeLimit. Fix: set emptyDir.sizeLimit'),
    ]);
  });

  it.each([
    [{}, "has no sizeLimit"],
    [{ medium: "" }, "has no sizeLimit"],
    [{ medium: "Memory" }, "is in memory without a sizeLimit"],
    [{ sizeLimit: "0" }, "has a sizeLimit of zero"],
    [{ sizeLimit: "64MiB" }, "has a sizeLimit that is no quantity"],
    [{ sizeLimit: "101Gi" }, "has a sizeLimit of more than 100Gi"],
    [{ sizeLimit: unknown }, "emptyDir.sizeLimit is not known before the update"],
  ])("refuses %j", (emptyDir, problem) => {
    expect(said(volumes(emptyDir))).toEqual([expect.stringContaining(problem)]);
  });

  it.each([
    ["a limit on disk", { sizeLimit: "100Gi" }],
    ["a limit in memory", { medium: "Memory", sizeLimit: "64Mi" }],
  ])("lets pass %s", (_, emptyDir) => {
    expect(said(volumes(emptyDir))).toEqual([]);
  });

  it("takes a volume without a source for what Kubernetes makes of it", () => {
    expect(said({ volumes: [{ name: "scratch" }] })).toEqual([
      expect.stringContaining('emptyDir "scratch" has no sizeLimit'),
    ]);
  });

  it("leaves other volumes alone", () => {
    expect(said({ volumes: [{ name: "config", configMap: { name: "cart" } }] })).toEqual([]);
    expect(said({ volumes: undefined })).toEqual([]);
  });

  it("takes a limit for ephemeral storage on every container instead, but not in memory", () => {
    const containers = [container(onDisk)];
    expect(said({ ...volumes({}), containers })).toEqual([]);
    expect(said({ ...volumes({}), containers: [...containers, container()] })).toHaveLength(1);
    expect(said({ ...volumes({}), containers, initContainers: [container()] })).toHaveLength(1);
    expect(said({ ...volumes({}), containers, ephemeralContainers: [container()] })).toEqual([]);
    expect(said({ ...volumes({ medium: "Memory" }), containers })).toHaveLength(1);
  });

  it("takes the maximum from the setting", () => {
    expect(said(volumes({ sizeLimit: "64Mi" }), { maxSize: "32Mi" })).toHaveLength(1);
  });
});
