import type { CpuPoolSpec } from "./cpu-pools.ts";
import { gpus, type GpuName, type GpuRow } from "./gpu-catalogue.ts";
import type { GpuPoolSpec } from "./gpu-pools.ts";
import type { StackConfig } from "./load.ts";
import type { GkeSection } from "./schema.ts";
import { parseQuantity } from "./units.ts";

/** Nodes of one machine type that a stack may have. */
export interface PoolNeed {
  readonly pool: string;
  readonly machine: string;
  /** The cloud's name of the GPU, where it is another thing than the machine. */
  readonly accelerator?: string;
  /** GPUs of a node. */
  readonly gpus: number;
  /** Key of `gpu.zones`. */
  readonly gpu?: string;
  readonly spot: boolean;
  readonly zones: readonly string[];
  /** Nodes that must come for the first `up`, and for the first pod that needs the pool. */
  readonly start: number;
  readonly most: number;
  /** Size of a node's disk, in GiB. */
  readonly diskGi: number;
}

/** What a stack needs of its account, before anything is asked. */
export interface StackNeed {
  readonly stack: string;
  readonly cloud: "gke" | "eks";
  /** Project of Google Cloud, or account of AWS. */
  readonly owner: string;
  readonly region: string;
  readonly zones: readonly string[];
  readonly pools: readonly PoolNeed[];
  /** Addresses on the internet of the load balancers: one for clients, one for workers outside. */
  readonly publicAddresses: number;
  /** Sizes of the services' volumes together, in GiB. */
  readonly volumesGi: number;
}

const gi = 2 ** 30;

/** A database of the cloud's own takes no volume of the account's. */
function each({ storage, replicas }: { readonly storage: string; readonly replicas: number }) {
  return Array.from({ length: replicas }, () => storage);
}

function volumesGi({ postgres, rabbitmq, redis }: StackConfig): number {
  const sizes = [
    ...(postgres.managed === undefined ? each(postgres) : []),
    ...each(rabbitmq),
    redis.storage,
  ];
  return Math.ceil(sizes.reduce((sum, size) => sum + parseQuantity(size), 0) / gi);
}

/** A twin on demand grows when spot capacity is gone: the stack starts without it. */
function isTwin(pool: GpuPoolSpec, pools: readonly GpuPoolSpec[]): boolean {
  const { spot, gpu, priority } = pool;
  return (
    !spot && pools.some((other) => other.spot && other.gpu === gpu && other.priority > priority)
  );
}

/** A pool whose first node cannot come leaves its pods waiting, and nobody would say why. */
function startOf(pool: GpuPoolSpec, pools: readonly GpuPoolSpec[]): number {
  return isTwin(pool, pools) ? pool.minNodes : Math.max(pool.minNodes, 1);
}

/** What pools of both clouds have in common. */
type Section = Pick<GkeSection, "region" | "zones" | "system">;

interface OnCloud {
  readonly cloud: StackNeed["cloud"];
  readonly owner: string;
  readonly section: Section;
  /** The cloud's name of a GPU, where machines do not have it in theirs. */
  readonly acceleratorOf: (gpu: GpuName) => string | undefined;
}

function acceleratorOnGke(gpu: GpuName): string | undefined {
  const row: GpuRow = gpus[gpu];
  return row.gke?.accelerator;
}

/** Undefined where the stack finds its cluster. */
function onCloud(config: StackConfig): OnCloud | undefined {
  if ("gke" in config) {
    const { gke } = config;
    return { cloud: "gke", owner: gke.project, section: gke, acceleratorOf: acceleratorOnGke };
  }
  if ("eks" in config) {
    const { eks } = config;
    return { cloud: "eks", owner: eks.accountId, section: eks, acceleratorOf: () => undefined };
  }
  return undefined;
}

function gpuNeed(
  pool: GpuPoolSpec,
  pools: readonly GpuPoolSpec[],
  { section, acceleratorOf }: OnCloud,
): PoolNeed {
  const accelerator = acceleratorOf(pool.gpu);
  return {
    pool: pool.name,
    machine: pool.machine,
    ...(accelerator === undefined ? {} : { accelerator }),
    gpus: pool.gpusPerNode,
    gpu: pool.gpu,
    spot: pool.spot,
    zones: pool.zones.length === 0 ? section.zones : pool.zones,
    start: startOf(pool, pools),
    most: pool.maxNodes,
    diskGi: pool.diskGi,
  };
}

/** The first one is preferred, and brings the nodes of the first workers; one behind it grows when spot is gone. */
function cpuNeeds(pools: readonly CpuPoolSpec[], { zones }: Section): PoolNeed[] {
  return pools.map(({ name, machine, spot, maxNodes, diskGi }, index) => ({
    pool: name,
    machine,
    gpus: 0,
    spot,
    zones,
    start: index === 0 ? 1 : 0,
    most: maxNodes,
    diskGi,
  }));
}

/**
 * Both clouds start a system node in each zone, as far as the pool may have so many. Machines that take over for the first
 * one must be sold as well, and need no quota of their own.
 */
function systemNeeds({ system, zones }: Section): PoolNeed[] {
  const { machine, alternatives, minNodes, maxNodes, diskGi } = system;
  const start = Math.max(minNodes, Math.min(zones.length, maxNodes));
  const common = { gpus: 0, spot: false, zones, diskGi };
  return [
    { ...common, pool: "system", machine, start, most: maxNodes },
    ...alternatives.map((other) => ({
      ...common,
      pool: `system, or ${other}`,
      machine: other,
      start: 0,
      most: 0,
    })),
  ];
}

/** What a stack needs; undefined for a cluster that is already there, where it makes no nodes. */
export function accountNeed(stack: string, config: StackConfig): StackNeed | undefined {
  const place = onCloud(config);
  if (place === undefined) return undefined;
  const { cloud, owner, section } = place;
  return {
    stack,
    cloud,
    owner,
    region: section.region,
    zones: section.zones,
    publicAddresses: config.edge.public && config.edge.gateway === undefined ? 2 : 0,
    volumesGi: volumesGi(config),
    pools: [
      ...systemNeeds(section),
      ...cpuNeeds(config.cpuPools, section),
      ...config.gpuPools.map((pool) => gpuNeed(pool, config.gpuPools, place)),
    ],
  };
}
