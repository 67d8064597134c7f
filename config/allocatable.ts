import type { GpuCloud } from "./gpu-catalogue.ts";
import { machineSize, type MachineSize } from "./machine-sizes.ts";

/**
 * What pods can ask for on a node: the machine, less what its system, its kubelet and the add-ons on every node keep.
 *
 * Sources: [gke] "Plan GKE Standard node sizes" (cloud.google.com/kubernetes-engine/docs/concepts/plan-node-sizes),
 * with the example of a node of 4 vCPUs, 16 GiB and a disk of 100 GiB: 3920m, 13498416Ki and 47060071478 bytes of
 * 98831908Ki; larger ones in 2i2c-org/infrastructure #2121; [ami] awslabs/amazon-eks-ami,
 * nodeadm/internal/kubelet/config.go and eni-max-pods.txt; [karpenter] its setting VM_MEMORY_OVERHEAD_PERCENT, 7.5 %
 * unless set, and what it counts with for M5 (aws/karpenter-provider-aws #2158).
 */

/** Cores, and bytes of memory and of disk. */
export interface Amounts {
  readonly cpu: number;
  readonly memory: number;
  readonly disk: number;
}

const mi = 2 ** 20;
const gi = 2 ** 30;

/** How much is kept of each further piece of a machine, as [piece, share]. */
type Tiers = readonly (readonly [number, number])[];

/** 6 % of the first core, 1 % of the second, 0.5 % of two more, 0.25 % of the others: both clouds [gke] [ami]. */
const cpuTiers: Tiers = [
  [1, 0.06],
  [1, 0.01],
  [2, 0.005],
  [Infinity, 0.0025],
];

/** 25 % of the first 4 GiB, 20 % of the next 4, 10 % of 8 more, 6 % up to 128, 2 % of the others [gke]. */
const memoryTiers: Tiers = [
  [4 * gi, 0.25],
  [4 * gi, 0.2],
  [8 * gi, 0.1],
  [112 * gi, 0.06],
  [Infinity, 0.02],
];

function kept(total: number, tiers: Tiers): number {
  return tiers.reduce<{ rest: number; sum: number }>(
    ({ rest, sum }, [piece, share]) => ({
      rest: Math.max(0, rest - piece),
      sum: sum + Math.min(rest, piece) * share,
    }),
    { rest: total, sum: 0 },
  ).sum;
}

/** Below this much free memory the kubelet evicts pods, on both clouds [gke] [ami]. */
const evictionMemory = 100 * mi;

/**
 * Pods of the largest EC2 instances of a size, of which the kubelet keeps 11 MiB each and 255 MiB in all, whatever
 * prefix delegation allows [ami]: 58 for four interfaces with fifteen addresses, 234 and 737 for larger ones.
 */
function mostPodsOnEc2({ vcpus }: MachineSize): number {
  if (vcpus <= 8) return 58;
  return vcpus <= 32 ? 234 : 737;
}

interface Reservations {
  /** Of the label, what firmware and kernel leave: a share. */
  readonly visibleMemory: number;
  readonly memory: (bytes: number, size: MachineSize) => number;
  /** Bytes of a disk that pods may fill. */
  readonly disk: (bytes: number) => number;
}

const reservations: Readonly<Record<GpuCloud, Reservations>> = {
  gke: {
    // The example's allocatable memory and what is kept of 16 GiB add up to 97.3 % of these 16 GiB [gke].
    visibleMemory: 0.973,
    memory: (bytes) => kept(bytes, memoryTiers),
    // The example's file system has 94.25 % of the disk; a tenth of it is the kubelet's threshold, and half of the
    // disk, 6 GiB and 35 % of it, or 100 GiB is kept, whatever is least. The example is met to 200 bytes [gke].
    disk: (bytes) => 0.9425 * 0.9 * bytes - Math.min(0.5 * bytes, 6 * gi + 0.35 * bytes, 100 * gi),
  },
  eks: {
    // No list of what is visible was found; this is what Karpenter assumes [karpenter].
    visibleMemory: 1 - 0.075,
    memory: (_bytes, size) => (255 + 11 * mostPodsOnEc2(size)) * mi,
    // A tenth is the kubelet's threshold, 1 GiB is kept [ami]; images share the rest, as much as GKE keeps for them.
    disk: (bytes) => 0.9 * bytes - gi - Math.min(0.1 * bytes, 20 * gi),
  },
};

/**
 * What the add-ons on every node request. GKE with Dataplane V2 and managed collection: 462m of CPU (anetd 205,
 * fluentbit 105, metadata server 100, metrics agent 19, others 33), with a GPU 305m more (driver installer 150, DCGM
 * exporter 100, device plugin 55), as a listing of a cluster's DaemonSets shows. EKS has less: aws-node 50m, kube-proxy
 * 100m, CSI driver 30m. Their memory is an allowance: no list of it was found.
 */
const addOns = {
  plain: { cpu: 0.5, memory: gi },
  gpu: { cpu: 0.8, memory: gi },
} as const;

/** A node of a pool, as far as room on it goes. */
export interface NodeKind {
  readonly cloud: GpuCloud;
  readonly machine: string;
  readonly diskGi: number;
  readonly hasGpu: boolean;
}

/** What pods of the platform can ask for on a node; undefined for a machine of unknown size. */
export function roomOn({ cloud, machine, diskGi, hasGpu }: NodeKind): Amounts | undefined {
  const size = machineSize(cloud, machine);
  if (size === undefined) return undefined;
  const { visibleMemory, memory, disk } = reservations[cloud];
  const bytes = size.memoryGi * gi;
  const agents = hasGpu ? addOns.gpu : addOns.plain;
  return {
    cpu: size.vcpus - kept(size.vcpus, cpuTiers) - agents.cpu,
    memory: bytes * visibleMemory - memory(bytes, size) - evictionMemory - agents.memory,
    disk: disk(diskGi * gi),
  };
}

/** How many pods of one kind a node holds. */
export function podsPerNode(room: Amounts, pod: Amounts): number {
  const shares = (["cpu", "memory", "disk"] as const)
    .filter((kind) => pod[kind] > 0)
    // A sum of fractions of cores differs from the whole in its last digits.
    .map((kind) => Math.floor(room[kind] / pod[kind] + 1e-9));
  return Math.max(0, Math.min(...shares));
}
