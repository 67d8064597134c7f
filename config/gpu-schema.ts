import { Type } from "typebox";
import { zonePatterns } from "./cloud-schema.ts";
import { gpuNames, gpus, standardGpus, type GpuName } from "./gpu-catalogue.ts";
import { count, cpu, flag, memory, optionalSection, section } from "./leaves.ts";

/** The sections of the stack config about GPUs: the pools, and who may use their slices. */

const zone = Type.String({ pattern: `${zonePatterns.gke}|${zonePatterns.eks}` });

function zonesWith(gpu: GpuName) {
  const description = `Zones that sell ${gpus[gpu].label}; unset means all zones of the stack`;
  return Type.Optional(Type.Array(zone, { minItems: 1, uniqueItems: true, description }));
}

export const GpuPool = Type.Object(
  {
    name: Type.String({
      pattern: "^[a-z][a-z0-9-]{0,19}$",
      description: "Name of the pool; renaming replaces its nodes",
    }),
    gpu: Type.Enum(gpuNames, {
      description: "GPU of each node; config/gpu-catalogue.ts lists what it can do",
    }),
    machine: Type.Optional(
      Type.String({
        minLength: 1,
        description: "Machine type; unset means the smallest one of the catalogue",
      }),
    ),
    slicesPerGpu: count(1, { min: 1, max: 48 }, "Pods that share one GPU; 1 means no sharing"),
    spot: flag(false, "Whether nodes are spot capacity: cheaper, and the cloud may take them back"),
    minNodes: count(0, { min: 0, max: 1000 }, "Minimum number of nodes over all zones"),
    maxNodes: count(4, { min: 1, max: 1000 }, "Maximum number of nodes over all zones"),
    priority: count(
      10,
      { min: 2, max: 1000 },
      "When a pod fits on several pools, the one with the highest priority grows first",
    ),
    zones: Type.Optional(
      Type.Array(zone, {
        minItems: 1,
        uniqueItems: true,
        description:
          "Zones of this pool; unset means those of its GPU in gpu.zones, else all zones of the stack",
      }),
    ),
    diskGi: count(
      250,
      { min: 100, max: 65536 },
      "Size of a node's disk, in GiB: the scratch space of a worker on each slice, and images, which are large",
    ),
  },
  { additionalProperties: false },
);

export const Gpu = section("GPU nodes of gke and eks", {
  standard: Type.Enum(standardGpus, {
    default: "l4",
    description:
      "GPU of the pools that encode, where no pools are named; v100 is on gke alone, a10g on eks alone",
  }),
  zones: optionalSection(
    "Where a GPU is sold, if not in all zones of the stack; `npm run preflight` prints the lines that are needed",
    {
      a100: zonesWith("a100"),
      v100: zonesWith("v100"),
      t4: zonesWith("t4"),
      l4: zonesWith("l4"),
      a10g: zonesWith("a10g"),
    } satisfies Record<GpuName, unknown>,
  ),
  pools: Type.Optional(
    Type.Array(GpuPool, {
      maxItems: 20,
      description:
        "The pools; unset means A100 on demand (4 slices) and gpu.standard on spot (2 slices), in production also on demand",
    }),
  ),
});

function modelQuota(of: string, cores: string, gib: string, slices: number) {
  return section(`Quota of all pods of ${of} together`, {
    cpu: cpu(cores, "CPU"),
    memory: memory(gib, "Memory"),
    gpuSlices: count(slices, { min: 0, max: 10_000 }, "GPU slices; a slice is a share of one GPU"),
  });
}

/** Seed 004, resource quotas per model service. */
export const Models = section("Quotas of the AI model services, one namespace each", {
  stt: modelQuota("speech to text", "64", "256Gi", 4),
  mt: modelQuota("machine translation", "32", "128Gi", 2),
  tts: modelQuota("text to speech", "64", "256Gi", 4),
  lipSync: modelQuota("lip synchronisation", "32", "128Gi", 2),
});
