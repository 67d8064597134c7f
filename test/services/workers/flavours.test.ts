import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { poolLabels, type GpuCapacity, type Pool } from "../../../infra/cluster.ts";
import { encodes, gpuNames, gpus, type GpuName } from "../../../config/gpu-catalogue.ts";
import { scaling } from "../../../services/kit/scaling/scaling.ts";
import {
  wakeableClasses,
  workerFlavours,
  type Flavour,
} from "../../../services/workers/flavours.ts";
import { testConfig } from "../../support/under-mocks.ts";

function gpuPool(name: string, model: GpuName, change: Partial<GpuCapacity> = {}): Pool {
  return {
    name,
    labels: {},
    gpu: {
      model,
      gpusPerNode: 1,
      slicesPerGpu: 2,
      minNodes: 0,
      maxNodes: 4,
      spot: false,
      videoEncode: encodes(model),
      tier: gpus[model].tier,
      priceClass: "1-to-4",
      ...change,
    },
  };
}

const { workers } = testConfig();
const system: Pool = { name: "system", labels: {} };

function named(pools: readonly Pool[], section = workers): string[] {
  return workerFlavours(section, { pools: [system, ...pools] }).map(({ name }) => name);
}

function flavour(name: string, all: readonly Flavour[]): Flavour {
  const found = all.find((one) => one.name === name);
  if (found === undefined) throw new Error(`there is no flavour ${name}`);
  return found;
}

test("classes that can be woken are those of flavours that may have no pod", () => {
  const t4 = gpuPool("t4", "t4");
  const asked = { ...workers, nvenc: { ...workers.nvenc, replicas: { min: 0, max: 5 } } };
  const on = { pools: [system, t4] };
  const classes = asked.nvenc.tiers.map((tier) => `nvenc.${tier}`);
  expect(wakeableClasses(workerFlavours(asked, on))).toEqual(classes);
  const kept = { ...asked, nvenc: { ...asked.nvenc, replicas: { min: 1, max: 5 } } };
  expect(wakeableClasses(workerFlavours(kept, on))).toEqual([]);
});

describe("the flavours of a stack", () => {
  test("without GPUs are the CPU's alone", () => {
    expect(named([])).toEqual(["cpu"]);
  });

  test("are one for each GPU model that encodes, however many pools it has", () => {
    const pools = [
      gpuPool("a100", "a100"),
      gpuPool("l4-spot", "l4", { spot: true }),
      gpuPool("l4", "l4"),
      gpuPool("t4", "t4"),
    ];
    expect(named(pools)).toEqual(["cpu", "nvenc-l4", "nvenc-t4"]);
  });

  test("leave out those that may have no pods", () => {
    const replicas = { min: 0, max: 0 };
    const none = {
      ...workers,
      cpu: { ...workers.cpu, replicas },
      nvenc: { ...workers.nvenc, replicas },
    };
    expect(named([gpuPool("t4", "t4")], none)).toEqual([]);
  });

  test("include VAAPI where config gives it pods", () => {
    const some = { ...workers, vaapi: { ...workers.vaapi, replicas: { min: 1, max: 2 } } };
    expect(named([], some)).toEqual(["cpu", "vaapi"]);
  });
});

test("no pool makes an NVENC worker of a GPU without an encoder", () => {
  const models = fc.array(fc.constantFrom(...gpuNames), { maxLength: 8 });
  fc.assert(
    fc.property(models, (chosen) => {
      const pools = chosen.map((model, i) => gpuPool(`pool-${i}`, model));
      const nvenc = workerFlavours(workers, { pools }).filter(({ accel }) => accel === "nvenc");
      const expected = new Set(chosen.filter(encodes));
      expect(nvenc.map(({ name }) => name).toSorted()).toEqual(
        [...expected].map((model) => `nvenc-${model}`).toSorted(),
      );
      expect(nvenc.every(({ device }) => device?.nodes[poolLabels.videoEncode] === "true")).toBe(
        true,
      );
    }),
  );
});

describe("an NVENC worker", () => {
  const nvenc = flavour(
    "nvenc-l4",
    workerFlavours(workers, { pools: [gpuPool("l4", "l4")], gpuRuntimeClass: "nvidia" }),
  );

  test("has the figures of seeds 000, 001 and 002", () => {
    expect(nvenc).toMatchObject({
      replicas: { min: 1, max: 5 },
      resources: {
        requests: { cpu: "1500m", memory: "4Gi" },
        limits: { cpu: "8", memory: "16Gi" },
      },
      workDirectory: "50Gi",
      scaling: scaling.gpuWorkers,
      priority: "gpu-standard",
    });
  });

  test("takes one slice, on nodes of its model, past the taints of the clouds", () => {
    expect(nvenc.device).toEqual({
      resource: "nvidia.com/gpu",
      nodes: { "framewright.dev/gpu": "l4", "framewright.dev/video-encode": "true" },
      tolerates: ["nvidia.com/gpu", "cloud.google.com/compute-class"],
      runtimeClass: "nvidia",
    });
  });

  test("finds the video libraries of both clouds", () => {
    expect(nvenc.deviceEnv).toEqual({
      NVIDIA_DRIVER_CAPABILITIES: "compute,video,utility",
      LD_LIBRARY_PATH: "/usr/local/nvidia/lib64",
    });
  });
});

test("a VAAPI worker is placed by its device alone, and knows where it is", () => {
  const section = {
    ...workers,
    vaapi: {
      ...workers.vaapi,
      replicas: { min: 1, max: 1 },
      device: "gpu.intel.com/xe",
      renderGroup: 109,
    },
  };
  expect(flavour("vaapi", workerFlavours(section, { pools: [] }))).toMatchObject({
    accel: "vaapi",
    device: { resource: "gpu.intel.com/xe", nodes: {}, tolerates: [], groups: [109] },
    deviceEnv: { ENCODER_DEVICE: "/dev/dri/renderD128" },
  });
});

test("CPU workers go first when a node is full, and need no device", () => {
  const cpu = flavour("cpu", workerFlavours(workers, { pools: [] }));
  expect(cpu).toMatchObject({ priority: "batch-low", scaling: scaling.cpuWorkers });
  expect(cpu.device).toBeUndefined();
});
