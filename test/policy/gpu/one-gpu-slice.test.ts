import { describe, expect, it } from "vitest";
import { oneGpuSlice } from "../../../policy/rules/gpu/one-gpu-slice.ts";
import { evaluate, unknown } from "../kit/evaluate.ts";
import { container, deployment, kindsWithPods, podSpec } from "../kit/workloads.ts";
import { gpuContainer, gpuPodSpec, oneGpu, resourcesOf } from "./gpu-objects.ts";

const two = gpuContainer({ resources: resourcesOf({ "nvidia.com/gpu": "2" }) });

function said(spec: object, config = {}) {
  return evaluate(oneGpuSlice, deployment(gpuPodSpec(spec as Record<string, unknown>)), config);
}

describe("one-gpu-slice", () => {
  it.each(Object.keys(kindsWithPods))("judges the pods of a %s", (kind) => {
    const make = kindsWithPods[kind]!;
    expect(evaluate(oneGpuSlice, make(gpuPodSpec()))).toEqual([]);
    const [first, ...more] = evaluate(oneGpuSlice, make(gpuPodSpec({ containers: [two] })));
    expect(first).toContain(`${kind} shop/cart: `);
    expect(first).toContain('container "main" asks for 2 of nvidia.com/gpu, where 1 is right. Fix');
    expect(more).toEqual([]);
  });

  it.each([
    ["no GPU", resourcesOf({})],
    ["none of a GPU", resourcesOf({ "nvidia.com/gpu": 0 })],
    ["one as a number", resourcesOf({ "nvidia.com/gpu": 1 })],
    ["one by its limit alone", resourcesOf({ "nvidia.com/gpu": "1" }, {})],
    ["one part of a divided GPU", resourcesOf({ "nvidia.com/mig-1g.5gb": "1" })],
    ["other devices", resourcesOf({ "example.com/camera": "3" })],
  ])("accepts %s", (_, resources) => {
    expect(said({ containers: [gpuContainer({ resources })] })).toEqual([]);
  });

  it.each([
    ["half a GPU", resourcesOf({ "nvidia.com/gpu": "500m" }), "asks for 500m of nvidia.com/gpu"],
    ["a request alone", resourcesOf({}, { "nvidia.com/gpu": 1 }), "without a limit"],
    [
      "less than its limit",
      resourcesOf({ "nvidia.com/gpu": 1 }, { "nvidia.com/gpu": 0 }),
      "requests 0 of nvidia.com/gpu and has a limit of 1",
    ],
    [
      "two parts",
      resourcesOf({ "nvidia.com/mig-1g.5gb": 2 }),
      "asks for 2 of nvidia.com/mig-1g.5gb",
    ],
    [
      "two kinds",
      resourcesOf({ "nvidia.com/gpu": 1, "nvidia.com/gpu.shared": 1 }),
      "several kinds",
    ],
  ])("refuses %s", (_, resources, message) => {
    expect(said({ containers: [gpuContainer({ resources })] })).toEqual([
      expect.stringContaining(message),
    ]);
  });

  it.each([
    ["init container", {}],
    ["ephemeral container", {}],
  ])("refuses an %s with a GPU", (role) => {
    const list = role === "init container" ? "initContainers" : "ephemeralContainers";
    const spec = podSpec({ [list]: [gpuContainer()] });
    expect(evaluate(oneGpuSlice, deployment(spec))).toEqual([
      expect.stringContaining(`${role} "main" asks for a GPU`),
    ]);
  });

  it("accepts a GPU of a sidecar, if it is the only one", () => {
    const sidecar = gpuContainer({ name: "side", restartPolicy: "Always" });
    const spec = { initContainers: [sidecar], containers: [container()] };
    expect(said(spec)).toEqual([]);
    expect(said({ initContainers: [sidecar] })).toEqual([
      expect.stringContaining('2 containers ask for a GPU ("side", "main"), where 1 may'),
    ]);
  });

  it("lets settings name other resources and amounts", () => {
    const foreign = gpuContainer({ resources: resourcesOf({ "example.com/gpu": "2" }) });
    expect(said({ containers: [foreign] })).toEqual([]);
    expect(said({ containers: [foreign] }, { resources: ["example.com/gpu"] })).toHaveLength(1);
    expect(said({ containers: [two] }, { slices: 2 })).toEqual([]);
    const pair = { containers: [gpuContainer(), gpuContainer({ name: "more" })] };
    expect(said(pair)).toHaveLength(1);
    expect(said(pair, { containers: 2 })).toEqual([]);
  });

  it("leaves an exempt container alone", () => {
    const exempt = [{ name: "cart", container: "main", reason: "trains on a whole node" }];
    expect(said({ containers: [two] }, { exempt })).toEqual([]);
    const other = gpuContainer({ name: "other", resources: two.resources });
    expect(said({ containers: [two, other] }, { exempt })).toHaveLength(1);
  });

  it("says that it needs a literal where the amount is unknown, and reads no other resource", () => {
    const amount = resourcesOf({ "nvidia.com/gpu": unknown });
    expect(said({ containers: [gpuContainer({ resources: amount })] })).toEqual([
      expect.stringContaining("limits.nvidia.com/gpu is not known before the update"),
    ]);
    const memory = resourcesOf({ memory: unknown, "nvidia.com/gpu": 1 });
    expect(said({ containers: [gpuContainer({ resources: memory })] })).toEqual([]);
    expect(oneGpu.limits).toHaveProperty(["nvidia.com/gpu"], "1");
  });
});

describe("one-gpu-slice, of GPUs that nobody asked for", () => {
  const visible = (value: unknown) => ({ env: [{ name: "NVIDIA_VISIBLE_DEVICES", value }] });
  const mount = { name: "all", mountPath: "/var/run/nvidia-container-devices/all" };

  it.each([
    ["all of its node", visible("all")],
    ["the first of its node", visible("0")],
    ["one that a ConfigMap names", { env: [{ name: "NVIDIA_VISIBLE_DEVICES", valueFrom: {} }] }],
    ["all, by a mount", { volumeMounts: [mount] }],
  ])("refuses a container that takes %s", (_, fields) => {
    expect(evaluate(oneGpuSlice, deployment(podSpec({ containers: [container(fields)] })))).toEqual(
      [expect.stringContaining('container "main" takes GPUs of its node by ')],
    );
  });

  it.each(["", "none", "void"])('accepts one that takes "%s"', (value) => {
    const spec = podSpec({ containers: [container(visible(value))] });
    expect(evaluate(oneGpuSlice, deployment(spec))).toEqual([]);
  });

  it("has to know what a container takes", () => {
    const spec = podSpec({ containers: [container(visible(unknown))] });
    expect(evaluate(oneGpuSlice, deployment(spec))).toEqual([
      expect.stringContaining("env.0.value is not known before the update"),
    ]);
  });
});

describe("one-gpu-slice, of GPUs by other names", () => {
  it.each([
    "amd.com/gpu",
    "gpu.intel.com/i915",
    "nvidia.com/pgpu",
    "deviceclass.resource.kubernetes.io/gpu.nvidia.com",
  ])("counts %s", (resource) => {
    const spec = podSpec({
      containers: [container({ resources: resourcesOf({ [resource]: "8" }) })],
    });
    expect(evaluate(oneGpuSlice, deployment(spec))).toEqual([
      expect.stringContaining(`asks for 8 of ${resource}, where 1 is right`),
    ]);
  });
});
