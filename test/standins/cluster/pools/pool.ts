/** The clouds whose clusters are simulated. */
export type Cloud = "gke" | "eks";

export interface Taint {
  readonly key: string;
  readonly value: string;
  readonly effect: string;
}

/** Amounts by resource, in the base unit: cores, bytes, pieces. */
export type Amounts = Readonly<Record<string, number>>;

/** What a node is to whoever places pods on it. */
export interface NodeShape {
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];
  readonly capacity: Amounts;
  readonly allocatable: Amounts;
}

/** Nodes of one kind, as the simulated cloud keeps them. */
export interface NodePool {
  readonly cloud: Cloud;
  /** The cloud's own name of it. */
  readonly name: string;
  /** What autoscalers call it: on EKS the group of instances behind it. */
  readonly group: string;
  readonly spot: boolean;
  /** Machine types that its nodes may be of; they look like the first one, and are of the same size. */
  readonly machines: readonly string[];
  /** Seconds from the stop signal until the pods of a spot node that is taken back are killed. */
  readonly noticeSeconds: number;
  readonly minNodes: number;
  readonly maxNodes: number;
  /** Nodes from the beginning. */
  readonly initialNodes: number;
  /** Whether anybody may change the number of its nodes by itself. */
  readonly autoscaled: boolean;
  readonly region: string;
  readonly zones: readonly string[];
  /** GPUs that a device plugin would find; those of GKE's own plugin are in the node's shape already. */
  readonly gpus: number;
  /** A node of it, when it has registered. */
  readonly node: NodeShape;
  /** What the autoscaler takes a node for while the pool has none to look at. */
  readonly forecast: NodeShape;
}

/** What a pool's own inputs do not tell. */
export interface PoolExtras {
  /** The cloud's own name of the pool. */
  readonly name: string;
  readonly region: string;
  /** Zones of its network, for a pool that names none. */
  readonly zones: readonly string[];
}

export const gpu = "nvidia.com/gpu";

/** Labels that every node has. */
export function commonLabels(machine: string, region: string): Record<string, string> {
  return {
    "kubernetes.io/arch": "amd64",
    "kubernetes.io/os": "linux",
    "node.kubernetes.io/instance-type": machine,
    "topology.kubernetes.io/region": region,
  };
}

export const zoneLabel = "topology.kubernetes.io/zone";
