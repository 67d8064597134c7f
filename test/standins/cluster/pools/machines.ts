import { gpus, type GpuRow } from "../../../../config/gpu-catalogue.ts";
import type { Amounts, Cloud } from "./pool.ts";

interface Size {
  readonly vcpus: number;
  readonly memoryGi: number;
  readonly gpus: number;
}

/** Machines without a GPU, for pools that need none. */
const plain: Readonly<Record<Cloud, Readonly<Record<string, readonly [number, number]>>>> = {
  gke: {
    "e2-standard-2": [2, 8],
    "e2-standard-4": [4, 16],
    "n2-standard-2": [2, 8],
    "n2-standard-4": [4, 16],
    "n2-standard-8": [8, 32],
    "n2-standard-16": [16, 64],
    "n2d-standard-4": [4, 16],
  },
  eks: {
    "m6i.large": [2, 8],
    "m6i.xlarge": [4, 16],
    "m6i.2xlarge": [8, 32],
    "m6i.4xlarge": [16, 64],
    "m6a.xlarge": [4, 16],
    "m5.xlarge": [4, 16],
  },
};

/** Pods of an EC2 instance, by its network interfaces and their addresses (eni-max-pods.txt of the EKS AMI). */
const eniPods: Readonly<Record<string, number>> = {
  "m6i.large": 29,
  "g4dn.2xlarge": 29,
  "g4dn.4xlarge": 29,
  "p3.8xlarge": 234,
  "p3.16xlarge": 234,
  "g4dn.12xlarge": 234,
  "g5.4xlarge": 234,
  "g6.4xlarge": 234,
  "g6.12xlarge": 234,
  "m6i.4xlarge": 234,
  "g5.12xlarge": 737,
  "p4d.24xlarge": 737,
};

/** Most of the instance types that are not listed have four interfaces with fifteen addresses. */
const usualEniPods = 58;
const gkePods = 110;

const gi = 2 ** 30;
const mi = 2 ** 20;

/** How many cores or bytes the kubelet keeps of each further piece of a machine, as [piece, share]. */
type Tiers = readonly (readonly [number, number])[];

const cpuTiers: Tiers = [
  [1, 0.06],
  [1, 0.01],
  [2, 0.005],
  [Number.POSITIVE_INFINITY, 0.0025],
];

const memoryTiers: Tiers = [
  [4 * gi, 0.25],
  [4 * gi, 0.2],
  [8 * gi, 0.1],
  [112 * gi, 0.06],
  [Number.POSITIVE_INFINITY, 0.02],
];

function reserved(total: number, tiers: Tiers): number {
  let rest = total;
  let sum = 0;
  for (const [piece, share] of tiers) {
    sum += Math.min(rest, piece) * share;
    rest = Math.max(0, rest - piece);
  }
  return sum;
}

function gpuMachines(cloud: Cloud): [string, Size][] {
  const rows: readonly GpuRow[] = Object.values(gpus);
  return rows
    .flatMap((row) => [...(row[cloud]?.machines ?? [])])
    .map((machine): [string, Size] => [machine.type, machine]);
}

function sizeOf(cloud: Cloud, type: string): Size {
  const found = plain[cloud][type];
  if (found !== undefined) return { vcpus: found[0], memoryGi: found[1], gpus: 0 };
  const machine = new Map(gpuMachines(cloud)).get(type);
  if (machine === undefined) {
    throw new RangeError(`the simulated ${cloud} has no machine type ${type}; see machines.ts`);
  }
  return machine;
}

export function gpusOf(cloud: Cloud, type: string): number {
  return sizeOf(cloud, type).gpus;
}

/**
 * Of a disk, its file system and what pods may fill of that: the kubelet evicts at 10 %, and GKE keeps some for its system
 * and images. A disk of 100 GiB is one of 98831908Ki on GKE.
 */
const storage: Readonly<Record<Cloud, (disk: number) => { total: number; free: number }>> = {
  gke: (disk) => {
    const total = (disk * 98_831_908) / 104_857_600;
    return { total, free: total * 0.9 - Math.min(disk * 0.5, 6 * gi + disk * 0.35, 100 * gi) };
  },
  eks: (disk) => ({ total: disk, free: disk * 0.9 - gi }),
};

/**
 * Of a machine's memory, what its kernel sees: 16380004Ki of 16 GiB on GKE's n2-standard-4. For EC2 what Karpenter
 * assumes (VM_MEMORY_OVERHEAD_PERCENT).
 */
const visibleMemory: Readonly<Record<Cloud, number>> = {
  gke: 16_380_004 / 16_777_216,
  eks: 0.925,
};

/** https://cloud.google.com/kubernetes-engine/docs/concepts/plan-node-sizes; nodeadm of the EKS AMI. */
const memoryKept: Readonly<Record<Cloud, (memory: number, pods: number) => number>> = {
  gke: (memory) => reserved(memory, memoryTiers) + 100 * mi,
  eks: (_memory, pods) => (255 + 11 * pods + 100) * mi,
};

export interface Room {
  readonly capacity: Amounts;
  readonly allocatable: Amounts;
}

/** What a machine has, and what of it pods may ask for; GPUs are nobody's before a plugin has found them. */
export function roomOf(cloud: Cloud, type: string, diskGi: number): Room {
  const { vcpus, memoryGi } = sizeOf(cloud, type);
  const pods = cloud === "gke" ? gkePods : (eniPods[type] ?? usualEniPods);
  const memory = memoryGi * gi * visibleMemory[cloud];
  const { total, free } = storage[cloud](diskGi * gi);
  return {
    capacity: { cpu: vcpus, memory, pods, "ephemeral-storage": total },
    allocatable: {
      cpu: vcpus - reserved(vcpus, cpuTiers),
      memory: memory - memoryKept[cloud](memory, pods),
      pods,
      "ephemeral-storage": free,
    },
  };
}
