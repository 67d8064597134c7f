import { machinesOf, type GpuCloud, type GpuName } from "./gpu-catalogue.ts";
import type { ConfigValues, GpuPoolValues } from "./schema.ts";

/** One pool of GPU nodes, complete: what stack config says, and what follows from the catalogue. */
export interface GpuPoolSpec {
  readonly name: string;
  readonly gpu: GpuName;
  /** Machine type of the cloud. */
  readonly machine: string;
  readonly gpusPerNode: number;
  /** Pods that share one GPU; 1 is no sharing. */
  readonly slicesPerGpu: number;
  readonly spot: boolean;
  /** Nodes in the whole pool, over all zones. */
  readonly minNodes: number;
  readonly maxNodes: number;
  /** When a pod fits on several pools, the one with the highest priority grows first one. */
  readonly priority: number;
  /** Empty: all zones of the stack. */
  readonly zones: readonly string[];
  readonly diskGi: number;
}

type PoolDefaults = Omit<GpuPoolValues, "zones" | "diskGi">;

/** Where the pools of a stack are made; nowhere on a cluster that is already there. */
const gpuClouds = {
  local: undefined,
  gke: "gke",
  eks: "eks",
} as const satisfies Record<ConfigValues["cloud"], GpuCloud | undefined>;

/** Seed 004 asks for four A100s: four nodes on GKE; one node on EKS, where a node has eight. */
const a100Nodes = { gke: 4, eks: 1 } as const satisfies Record<GpuCloud, number>;

/** Seed 004's V100 pools with the GPU that the stack chooses: `gpu.standard`. */
const standard = { slicesPerGpu: 2, maxNodes: 8 } as const;

/** Seed 004: A100 on demand in 4 slices, a standard GPU on spot in 2 slices, and that order of priority. */
function seedPools(cloud: GpuCloud, gpu: GpuName): readonly PoolDefaults[] {
  return [
    {
      name: "a100",
      gpu: "a100",
      slicesPerGpu: 4,
      spot: false,
      minNodes: 0,
      maxNodes: a100Nodes[cloud],
      priority: 50,
    },
    { ...standard, gpu, name: `${gpu}-spot`, spot: true, minNodes: 1, priority: 30 },
  ];
}

/** What takes over when spot capacity is gone. */
function onDemandTwin(gpu: GpuName): PoolDefaults {
  return { ...standard, gpu, name: gpu, spot: false, minNodes: 0, priority: 20 };
}

function defaultPools(
  cloud: GpuCloud,
  { environment, gpu }: Pick<ConfigValues, "environment" | "gpu">,
): PoolDefaults[] {
  const pools = seedPools(cloud, gpu.standard);
  return environment === "production" ? [...pools, onDemandTwin(gpu.standard)] : [...pools];
}

/** The pools of a stack: those that its config names, or the seed's. */
export function gpuPoolsOf(
  config: Pick<ConfigValues, "cloud" | "environment" | "gpu">,
): GpuPoolSpec[] {
  const cloud = gpuClouds[config.cloud];
  if (cloud === undefined) return [];
  const pools: readonly (PoolDefaults & Partial<GpuPoolValues>)[] =
    config.gpu.pools ?? defaultPools(cloud, config);
  return pools.map((pool) => {
    const machines = machinesOf(pool.gpu, cloud);
    const machine =
      pool.machine === undefined ? machines[0] : machines.find(({ type }) => type === pool.machine);
    return {
      zones: config.gpu.zones?.[pool.gpu] ?? [],
      diskGi: 250,
      ...pool,
      // What the catalogue does not know is reported by the rule `poolMachinesExist`.
      machine: machine?.type ?? pool.machine ?? "",
      gpusPerNode: machine?.gpus ?? 1,
    };
  });
}

/** GPUs that a pool has when all its nodes are there. */
export function gpuCapacity(pool: GpuPoolSpec): number {
  return pool.maxNodes * pool.gpusPerNode;
}

/** Slices that a pool has when all its nodes are there: what pods can ask for, and quotas count. */
export function sliceCapacity(pool: GpuPoolSpec): number {
  return gpuCapacity(pool) * pool.slicesPerGpu;
}
