import {
  jobClassOf,
  kinds,
  type Accel,
  type JobClass,
  type Tier,
} from "@framewright/contracts/job.ts";
import type { SandboxMode } from "@framewright/contracts/sandbox.ts";
import type { BudgetSection, ConfigValues, ReplicaBounds } from "../../config/schema.ts";
import {
  cpuWorkerNodes,
  gpuResource,
  poolLabels,
  type Cluster,
  type Priority,
  type Resources,
} from "../../infra/cluster.ts";
import type { Env } from "../kit/pods/env.ts";
import { gpuTaints, type Device, type NodeChoice } from "../kit/pods/placement.ts";
import { scaling, type Scaling } from "../kit/scaling/scaling.ts";
import { stopTimes, type StopTimes } from "./drain.ts";
import { workerResources } from "./resources.ts";

type WorkersSection = ConfigValues["workers"];

/** Workers that encode by the same means on the same kind of node. */
export interface Flavour {
  /** Names its pods, e.g. `cpu`, `nvenc-v100`. */
  readonly name: string;
  readonly accel: Accel;
  readonly replicas: ReplicaBounds;
  readonly budget: BudgetSection;
  readonly scaling: Scaling;
  readonly tiers: readonly Tier[];
  readonly slots: number;
  readonly sandbox: SandboxMode;
  /** Size of the scratch space. */
  readonly workDirectory: string;
  readonly stop: StopTimes;
  /** Encoder threads of one job; 0 is one per core, on CPU workers at most one per 256 MiB (decision 30). */
  readonly threads: number;
  readonly resources: Resources;
  readonly priority: Priority;
  readonly device?: Device;
  /** Set where nodes are kept for it, which may have to be added first. */
  readonly nodes?: NodeChoice;
  /** What drivers and the encoder's libraries read. */
  readonly deviceEnv?: Env;
}

/** The nodes of its own where the cluster has such; on one machine CPU workers run beside the rest. */
function cpuPoolsOf(pools: Cluster["pools"]): Cluster["pools"] {
  const kind = cpuWorkerNodes.labels[poolLabels.kind];
  return pools.filter(({ labels }) => labels[poolLabels.kind] === kind);
}

function cpuFlavour(
  { requests, limitCpu, ...section }: WorkersSection["cpu"],
  { pools }: FlavoursOn,
): Flavour {
  const { tiers, slots } = section;
  const own = cpuPoolsOf(pools);
  const nodes: NodeChoice = { labels: cpuWorkerNodes.labels, tolerates: cpuWorkerNodes.taints };
  return {
    ...section,
    name: "cpu",
    accel: "cpu",
    stop: stopTimes(section.drainSeconds, own),
    scaling: scaling.cpuWorkers,
    resources: workerResources({ tiers, slots, limitCpu, ...(requests && { requests }) }),
    priority: "batch-low",
    ...(own.length > 0 && { nodes }),
  };
}

/**
 * Each variable is needed on one cloud and ignored on the other, so pods are alike on both. The NVIDIA
 * runtime (EKS) mounts the video libraries only when asked to; GKE mounts all of them where no linker looks.
 */
const nvidiaEnv = {
  NVIDIA_DRIVER_CAPABILITIES: "compute,video,utility",
  LD_LIBRARY_PATH: "/usr/local/nvidia/lib64",
} as const;

function encodingModels(pools: Cluster["pools"]): string[] {
  const models = pools.flatMap(({ gpu }) => (gpu?.videoEncode === true ? [gpu.model] : []));
  return [...new Set(models)];
}

/** One flavour for each GPU model that has an encoder: models differ in speed, so each scales separately. */
function nvencFlavours(section: WorkersSection["nvenc"], cluster: FlavoursOn): Flavour[] {
  return encodingModels(cluster.pools).map((model) => ({
    ...section,
    name: `nvenc-${model}`,
    accel: "nvenc",
    threads: 0,
    stop: stopTimes(
      section.drainSeconds,
      cluster.pools.filter(({ gpu }) => gpu?.model === model),
    ),
    scaling: scaling.gpuWorkers,
    priority: "gpu-standard",
    device: {
      resource: gpuResource,
      nodes: { [poolLabels.gpu]: model, [poolLabels.videoEncode]: "true" },
      tolerates: gpuTaints,
      runtimeClass: cluster.gpuRuntimeClass,
    },
    deviceEnv: nvidiaEnv,
  }));
}

/** The device plugin's resource finds the node: no pool of ours has what VAAPI needs. */
function vaapiFlavour({ device, renderGroup, ...section }: WorkersSection["vaapi"]): Flavour {
  const groups = renderGroup === undefined ? [] : [renderGroup];
  return {
    ...section,
    name: "vaapi",
    accel: "vaapi",
    threads: 0,
    stop: stopTimes(section.drainSeconds, []),
    scaling: scaling.gpuWorkers,
    priority: "gpu-standard",
    device: { resource: device, nodes: {}, tolerates: [], groups },
    deviceEnv: { ENCODER_DEVICE: "/dev/dri/renderD128" },
  };
}

export type FlavoursOn = Pick<Cluster, "pools" | "gpuRuntimeClass">;

/** The flavours of workers that a stack has: none where config allows no pods of it. */
export function workerFlavours(workers: WorkersSection, cluster: FlavoursOn): Flavour[] {
  const flavours = {
    cpu: [cpuFlavour(workers.cpu, cluster)],
    nvenc: nvencFlavours(workers.nvenc, cluster),
    vaapi: [vaapiFlavour(workers.vaapi)],
  } satisfies Record<Accel, Flavour[]>;
  return Object.values(flavours)
    .flat()
    .filter(({ replicas }) => replicas.max > 0);
}

/** Name of its Deployment, with which the names of its pods, and so of its workers, begin. */
export function workloadOf({ name }: Pick<Flavour, "name">): string {
  return `worker-${name}`;
}

/** What its workers serve: every kind of job in its sizes. */
export function classesOf({ accel, tiers }: Pick<Flavour, "accel" | "tiers">): JobClass[] {
  return kinds.flatMap((kind) => tiers.map((tier) => jobClassOf({ kind, accel, tier })));
}

/** Classes whose workers may all be gone, and of which an autoscaler by queues starts one. */
export function wakeableClasses(
  flavours: readonly Pick<Flavour, "accel" | "tiers" | "replicas">[],
): JobClass[] {
  const sleepy = flavours.filter(({ replicas }) => replicas.min === 0);
  return [...new Set(sleepy.flatMap(classesOf))];
}
