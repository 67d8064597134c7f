import type { GpuPoolSpec } from "../../config/gpu-pools.ts";
import type { CpuPoolSpec } from "../../config/cpu-pools.ts";
import type { EksSection } from "../../config/schema.ts";
import { gpuResource } from "../cluster.ts";
import type { GpuName } from "../../config/gpu-catalogue.ts";
import { cpuPoolLabels, cpuPoolTaints } from "../cpu-pools.ts";
import { gpuPoolLabels, gpuTaint, systemPool } from "../gpu/pools.ts";

/** The settings of one node group on EKS. */
export interface NodeSpec {
  readonly name: string;
  /** Physical names begin with it; the autoscaler's priorities match it. */
  readonly prefix: string;
  readonly amiType: "AL2023_x86_64_STANDARD" | "AL2023_x86_64_NVIDIA";
  readonly capacityType: "ON_DEMAND" | "SPOT";
  /** EKS takes the first one that has capacity, on demand in this order. */
  readonly machines: readonly [string, ...string[]];
  readonly minNodes: number;
  readonly maxNodes: number;
  readonly diskGi: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly { key: string; value: string; effect: "NO_SCHEDULE" }[];
  /** What a node has that its machine type does not tell: resources of a node that is not there yet. */
  readonly resources: Readonly<Record<string, string>>;
  /** Empty: all zones. */
  readonly zones: readonly string[];
  /**
   * DEFAULT adds a node before it takes one away; MINIMAL takes one away first, where a further node may not
   * be had.
   */
  readonly updateStrategy: "DEFAULT" | "MINIMAL";
}

/** Of a node's disk, what pods may ask for: the kubelet keeps 10 % back, the system and its images the rest. */
function ephemeralStorage(diskGi: number): string {
  return `${Math.floor(diskGi * 0.8)}Gi`;
}

/** A total in as many whole parts, as even as can be. */
export function shares(total: number, parts: number): number[] {
  return Array.from({ length: parts }, (_, index) =>
    Math.floor((total + parts - 1 - index) / parts),
  );
}

/**
 * The system pool has a node group for each zone: a volume is of one zone, and only of such a group does the
 * autoscaler know that its next node can take the pod that waits for the volume. The bounds are shared out.
 */
export function systemNodes({ system, zones }: Pick<EksSection, "system" | "zones">): NodeSpec[] {
  const least = shares(system.minNodes, zones.length);
  const most = shares(system.maxNodes, zones.length);
  return zones
    .map((zone, index) =>
      zoneNodes(system, zone, { minNodes: least[index] ?? 0, maxNodes: most[index] ?? 0 }),
    )
    .filter(({ maxNodes }) => maxNodes > 0);
}

function zoneNodes(
  system: EksSection["system"],
  zone: string,
  bounds: Pick<NodeSpec, "minNodes" | "maxNodes">,
): NodeSpec {
  return {
    name: `system-${zone}`,
    prefix: `system-${zone}-`,
    amiType: "AL2023_x86_64_STANDARD",
    capacityType: "ON_DEMAND",
    machines: [system.machine, ...system.alternatives],
    ...bounds,
    diskGi: system.diskGi,
    labels: systemPool.labels,
    taints: [],
    resources: { "ephemeral-storage": ephemeralStorage(system.diskGi) },
    zones: [zone],
    updateStrategy: "DEFAULT",
  };
}

/**
 * EC2 announces two minutes before that it takes a spot instance back (AWS, "Spot instance interruption notices"); EKS
 * then begins to drain the node, for which a part of that time goes.
 */
export const spotNoticeSeconds = 105;

/** The nodes of CPU workers: a group for all zones, because workers have no volumes. */
export function cpuNodes(pool: CpuPoolSpec): NodeSpec {
  return {
    name: pool.name,
    prefix: `${pool.name}-`,
    amiType: "AL2023_x86_64_STANDARD",
    capacityType: pool.spot ? "SPOT" : "ON_DEMAND",
    machines: [pool.machine],
    minNodes: 0,
    maxNodes: pool.maxNodes,
    diskGi: pool.diskGi,
    labels: cpuPoolLabels(pool),
    taints: cpuPoolTaints(pool).map((taint) => ({ ...taint, effect: "NO_SCHEDULE" })),
    resources: { "ephemeral-storage": ephemeralStorage(pool.diskGi) },
    zones: [],
    updateStrategy: "DEFAULT",
  };
}

/** Pods that a node of the pool takes: the device plugin hands out slices, the machine type knows GPUs. */
function slicesPerNode(pool: Pick<GpuPoolSpec, "gpusPerNode" | "slicesPerGpu">): number {
  return pool.gpusPerNode * pool.slicesPerGpu;
}

/** As AWS and its autoscaler call them. */
const accelerators = {
  a100: "nvidia-tesla-a100",
  v100: "nvidia-tesla-v100",
  t4: "nvidia-tesla-t4",
  l4: "nvidia-l4",
  a10g: "nvidia-a10g",
} as const satisfies Record<GpuName, string>;

/**
 * The nodes of a GPU pool. No least number and none at the start: EKS waits for a group's first nodes, spot or not,
 * and where the cloud has none now it would fail the group and the `up` with it. It also refuses a least number above
 * the present one. What the config asks for at least is kept by node-minimum.ts.
 */
export function gpuNodes(pool: GpuPoolSpec): NodeSpec {
  return {
    name: `gpu-${pool.name}`,
    prefix: `gpu-${pool.name}-`,
    amiType: "AL2023_x86_64_NVIDIA",
    capacityType: pool.spot ? "SPOT" : "ON_DEMAND",
    machines: [pool.machine],
    minNodes: 0,
    maxNodes: pool.maxNodes,
    diskGi: pool.diskGi,
    labels: {
      ...gpuPoolLabels(pool),
      "nvidia.com/gpu.present": "true",
      // Tells the autoscaler to wait for a new node's device plugin instead of adding a second node.
      "k8s.amazonaws.com/accelerator": accelerators[pool.gpu],
    },
    taints: [{ ...gpuTaint, effect: "NO_SCHEDULE" }],
    resources: {
      [gpuResource]: String(slicesPerNode(pool)),
      "ephemeral-storage": ephemeralStorage(pool.diskGi),
    },
    zones: pool.zones,
    updateStrategy: "MINIMAL",
  };
}

const autoscaler = "k8s.io/cluster-autoscaler";

/**
 * Tags on a node group, which the autoscaler reads through DescribeNodegroup while the group has no node to look
 * at. They override what it knows of the machine type: it counts GPUs, and pods ask for slices.
 */
export function autoscalerTags(cluster: string, spec: NodeSpec): Record<string, string> {
  const template = `${autoscaler}/node-template`;
  const hints = [
    ...Object.entries(spec.resources).map(([key, value]) => [`resources/${key}`, value] as const),
    ...Object.entries(spec.labels).map(([key, value]) => [`label/${key}`, value] as const),
    ...spec.taints.map((taint) => [`taint/${taint.key}`, `${taint.value}:NoSchedule`] as const),
  ];
  return {
    [`${autoscaler}/enabled`]: "true",
    [`${autoscaler}/${cluster}`]: "owned",
    ...Object.fromEntries(hints.map(([key, value]) => [`${template}/${key}`, value])),
  };
}
