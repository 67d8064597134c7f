import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { Resources } from "../config/schema.ts";
import type { NameServer } from "../config/target.ts";

/** Our own images; add-ons of the embedded node are not ours to deploy. */
export type ImageName = "postgres" | "redis" | "rabbitmq" | "object-store" | "api" | "worker";

/** What a namespace is for; each has its own quota, default deny and defaults. */
export type NamespaceRole = "data" | "api" | "workers";

/** The one place where the names stand: plain strings, so that previews know them (never outputs). */
export const namespaces = {
  data: "framewright-data",
  api: "framewright-api",
  workers: "framewright-workers",
} as const satisfies Record<NamespaceRole, string>;

/** Who goes first when a node is full, and who may be evicted. */
export type Priority = "platform-critical" | "gpu-premium" | "gpu-standard" | "batch-low";

/** Nodes of one kind. GPU columns join with the first cloud that has GPUs. */
export interface Pool {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Where packets come from, as a NetworkPolicy peer. */
export interface IpBlock {
  readonly cidr: string;
  readonly except: readonly string[];
}

/** How clients outside the cluster reach a service. */
export interface NodePortEdge {
  readonly kind: "node-port";
  readonly host: string;
  readonly ports: {
    readonly api: number;
    readonly workerApi: number;
    readonly objectStore: number;
  };
  readonly clients: IpBlock;
}

/** A cluster one can schedule on, whatever cloud it is on. */
export interface Cluster {
  readonly provider: k8s.Provider;
  /** Changes only when the cluster is another one. */
  readonly clusterId: string;
  readonly kubeconfig: pulumi.Output<string>;
  readonly pools: readonly Pool[];
  readonly storageClass: string;
  /** `volume`: our own gateway on a volume; the clouds bring buckets of their own. */
  readonly objectStore: "volume";
  readonly edge: NodePortEdge;
  /** Who resolves names for pods. Policies see the port behind the Service. */
  readonly dns: NameServer;
  readonly networkPolicyEnforced: boolean;
  /** Whether volumes outlive the stack. */
  readonly retainVolumes: boolean;
  /** What must exist before, and must be deleted after, anything that runs on the cluster. */
  readonly ready: readonly pulumi.Resource[];
  readonly image: (name: ImageName) => string;
}

export type { NameServer, Resources };
