import type { CpuPoolSpec } from "../../config/cpu-pools.ts";
import type { GpuPoolSpec } from "../../config/gpu-pools.ts";
import type { GkeSection } from "../../config/schema.ts";
import { gpus, type GpuRow } from "../../config/gpu-catalogue.ts";
import { cpuPoolLabels, cpuPoolTaints } from "../cpu-pools.ts";
import { gpuPoolLabels, systemPool } from "../gpu/pools.ts";
import { computeClassName, computeClassKey } from "./compute-class.ts";
import type { NodeIdentity } from "./identity.ts";

/** Cards of a node, and who shares them. */
export interface Accelerator {
  readonly type: string;
  readonly count: number;
  /** 1 is no sharing. */
  readonly slicesPerGpu: number;
}

interface Taint {
  readonly key: string;
  readonly value: string;
  readonly effect: "NO_SCHEDULE";
}

/** The settings of one node pool on GKE. */
export interface NodeSpec {
  readonly machine: string;
  readonly minNodes: number;
  readonly maxNodes: number;
  readonly diskGi: number;
  readonly spot: boolean;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];
  readonly zones: readonly string[];
  readonly accelerator?: Accelerator;
  /** How the kubelet ends pods when the node is taken back; undefined: as GKE does by default. */
  readonly shutdown?: typeof longShutdown | undefined;
  /** Nodes of each zone at the start; undefined: none, the first pod brings the first node. */
  readonly initialNodes?: number;
  /** ANY goes where capacity is, which is what GPUs and spot need; BALANCED spreads over zones. */
  readonly locationPolicy: "ANY" | "BALANCED";
  /** Whether an upgrade adds a node before it takes one away, or the other way round. */
  readonly upgrade: { readonly maxSurge: number; readonly maxUnavailable: number };
}

/**
 * What is the same on every node. Secure boot also where there are GPUs: on Container-Optimized OS the driver that
 * GKE installs is signed by Google, and Google's own A100 pools boot so (GoogleCloudPlatform/
 * accelerated-platforms, container_node_pool_gpu_a100.tf). A driver of another source would not load.
 */
export function nodeSecurity(identity: NodeIdentity) {
  return {
    imageType: "COS_CONTAINERD",
    serviceAccount: identity.email,
    // What a node may do is the account's roles alone.
    oauthScopes: ["https://www.googleapis.com/auth/cloud-platform"],
    shieldedInstanceConfig: { enableSecureBoot: true, enableIntegrityMonitoring: true },
    // Pods see their own identity at the metadata address, never the node's.
    workloadMetadataConfig: { mode: "GKE_METADATA" },
    metadata: { "disable-legacy-endpoints": "true" },
  };
}

/**
 * Pools that take over where the machine of the system pool has no capacity: a pool on GKE has one machine type. They have
 * no nodes until then, so that the first `up` needs the first type in every zone.
 */
export function systemAlternatives(section: Pick<GkeSection, "system" | "zones">): NodeSpec[] {
  const later = { ...systemNodes(section), minNodes: 0, initialNodes: undefined };
  return section.system.alternatives.map((machine) => ({ ...later, machine }));
}

/** The pool of everything that needs no GPU. It has to run before anything else can, so it starts with nodes. */
export function systemNodes({ system, zones }: Pick<GkeSection, "system" | "zones">): NodeSpec {
  return {
    machine: system.machine,
    minNodes: system.minNodes,
    maxNodes: system.maxNodes,
    diskGi: system.diskGi,
    spot: false,
    labels: systemPool.labels,
    taints: [],
    zones,
    // Google counts them for each zone, and refuses more than the most.
    ...(system.maxNodes >= zones.length ? { initialNodes: 1 } : {}),
    locationPolicy: "BALANCED",
    upgrade: { maxSurge: 1, maxUnavailable: 0 },
  };
}

/**
 * What a spot node's kubelet gives its pods, in seconds: of 120 the last 15 are for critical ones. Without it GKE gives
 * 15 and 15 (docs.cloud.google.com/kubernetes-engine/docs/concepts/spot-vms: "Terminate and gracefully shut down").
 */
const longShutdown = {
  shutdownGracePeriodSeconds: 120,
  shutdownGracePeriodCriticalPodsSeconds: 15,
} as const;

/**
 * GKE takes the setting from 1.35.0-gke.1171000 on. New clusters of the channel STABLE were 1.34 when this was written,
 * those of the others newer (docs.cloud.google.com/kubernetes-engine/docs/release-notes, July 2026).
 */
const shutdowns = {
  RAPID: longShutdown,
  REGULAR: longShutdown,
  STABLE: undefined,
} as const satisfies Record<GkeSection["releaseChannel"], typeof longShutdown | undefined>;

const defaultNoticeSeconds = 15;

/** Seconds that pods which are not critical have on a spot node that Google takes back. */
export function spotNoticeSeconds(channel: GkeSection["releaseChannel"]): number {
  const shutdown = shutdowns[channel];
  if (shutdown === undefined) return defaultNoticeSeconds;
  return shutdown.shutdownGracePeriodSeconds - shutdown.shutdownGracePeriodCriticalPodsSeconds;
}

/** What makes a pool one of the class that says which grows first. */
const classLabel = { [computeClassKey]: computeClassName };
const classTaint = {
  key: computeClassKey,
  value: computeClassName,
  effect: "NO_SCHEDULE",
} as const;

/** The nodes of CPU workers: none at the start, so that missing spot capacity fails no `up`. */
export function cpuNodes(
  pool: CpuPoolSpec,
  { zones, releaseChannel }: Pick<GkeSection, "zones" | "releaseChannel">,
): NodeSpec {
  const own = cpuPoolTaints(pool).map((taint) => ({ ...taint, effect: "NO_SCHEDULE" }) as const);
  return {
    machine: pool.machine,
    minNodes: 0,
    maxNodes: pool.maxNodes,
    diskGi: pool.diskGi,
    spot: pool.spot,
    labels: { ...cpuPoolLabels(pool), ...classLabel },
    taints: [classTaint, ...own],
    zones,
    ...(pool.spot ? { shutdown: shutdowns[releaseChannel] } : {}),
    locationPolicy: "ANY",
    upgrade: { maxSurge: 1, maxUnavailable: 0 },
  };
}

function acceleratorOf(spec: GpuPoolSpec): Accelerator {
  const row: GpuRow = gpus[spec.gpu];
  if (row.gke === undefined) throw new RangeError(`pool ${spec.name}: GKE has no ${spec.gpu}`);
  return {
    type: row.gke.accelerator,
    count: spec.gpusPerNode,
    slicesPerGpu: spec.slicesPerGpu,
  };
}

/**
 * The nodes of a GPU pool. None at the start, whatever the least is: missing capacity would fail the
 * pool and the `up` with it. GKE keeps the least from the first node on.
 *
 * GKE itself adds the taint nvidia.com/gpu=present; ours of the same key would be refused
 * (hashicorp/terraform-provider-google #7928).
 */
export function gpuNodes(
  spec: GpuPoolSpec,
  { zones, releaseChannel }: Pick<GkeSection, "zones" | "releaseChannel">,
): NodeSpec {
  return {
    machine: spec.machine,
    minNodes: spec.minNodes,
    maxNodes: spec.maxNodes,
    diskGi: spec.diskGi,
    spot: spec.spot,
    labels: { ...gpuPoolLabels(spec), ...classLabel },
    taints: [classTaint],
    zones: spec.zones.length === 0 ? zones : spec.zones,
    accelerator: acceleratorOf(spec),
    // Google refuses it on nodes that it does not take back.
    ...(spec.spot ? { shutdown: shutdowns[releaseChannel] } : {}),
    locationPolicy: "ANY",
    // There may be no further GPU to add first.
    upgrade: { maxSurge: 0, maxUnavailable: 1 },
  };
}
