import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { GpuName, PriceClass } from "../config/gpu-catalogue.ts";
import type { EdgeSection, Resources } from "../config/schema.ts";
import type { NameServer } from "../config/target.ts";

/** Our own images; add-ons of a cluster are not ours to deploy. */
export const imageNames = [
  "postgres",
  "patroni",
  "redis",
  "rabbitmq",
  "object-store",
  "api",
  "worker",
  "egress",
  "web-recorder",
  "prometheus",
  "alertmanager",
  "exporters",
  "objects",
  "victoria-logs",
  "vlagent",
  "edge",
  "model-queue",
] as const;

/**
 * Images of parts that are off by default, in no release and no registry of a stack: upstream publishes its own, or, of models,
 * they are for trying a dub on one machine.
 */
export const partImageNames = [
  "jaeger",
  "keda-operator",
  "keda-adapter",
  "livekit",
  "model-stt",
  "model-mt",
  "model-tts",
] as const;
export type ImageName = (typeof imageNames)[number] | (typeof partImageNames)[number];

/** The kubelet's, where nobody has moved it; GKE and EKS have not. */
export const usualSeccompFolder = "/var/lib/kubelet/seccomp";

/** What a namespace of the platform is for; each has its own quota, default deny and defaults. */
export type NamespaceRole =
  | "data"
  | "api"
  | "workers"
  | "autoscaling"
  | "ops"
  | "nodeAgents"
  | "edge";

/** How large a service may grow at most; the ceilings of its namespace come from it. */
export interface Growth {
  readonly role: NamespaceRole;
  readonly pods: number;
  readonly loadBalancers?: number;
  /** Ports that its Services open on each node. */
  readonly nodePorts?: number;
  /** Unset: no ceiling of its own for GPUs. */
  readonly gpuSlices?: number | undefined;
}

/** The AI model services, each a tenant with a quota of its own. */
export type ModelService = "stt" | "mt" | "tts" | "lipSync";

/** The one place where the names stand: plain strings, so that previews know them (never outputs). */
export const namespaces = {
  data: "framewright-data",
  api: "framewright-api",
  workers: "framewright-workers",
  autoscaling: "framewright-autoscaling",
  ops: "framewright-ops",
  nodeAgents: "framewright-node-agents",
  edge: "framewright-edge",
} as const satisfies Record<NamespaceRole, string>;

export const modelNamespaces = {
  stt: "ai-models-stt",
  mt: "ai-models-mt",
  tts: "ai-models-tts",
  lipSync: "ai-models-lip-sync",
} as const satisfies Record<ModelService, string>;

/** Which pods are scheduled first when a node is full, and which may be evicted. */
export type Priority = "platform-critical" | "gpu-premium" | "gpu-standard" | "batch-low";

/** The account under which the API runs; the clouds tie their identities to it. */
export const apiServiceAccount = { namespace: namespaces.api, name: "api" } as const;

/**
 * The accounts of pods that reach the backups of the database in the cluster, and whether they write there. The clouds tie
 * their identities to them.
 */
export const backupServiceAccounts = {
  postgres: "write",
  "postgres-backup": "write",
  // A restore in place files the new timeline's history.
  "postgres-restore": "write",
  "postgres-restore-drill": "read",
} as const;

/** What one GPU hands out: a pod asks for exactly one, whole or a slice. */
export const gpuResource = "nvidia.com/gpu";

/**
 * Labels of ours on every node of a pool, the same on every cloud. Pods select by these alone: labels of the
 * clouds and of NVIDIA's feature discovery differ from cloud to cloud.
 */
export const poolLabels = {
  /** Name of the pool. */
  pool: "framewright.dev/pool",
  /** `system`, `gpu` or `cpu-workers`. */
  kind: "framewright.dev/pool-kind",
  /** The GPU's name in the catalogue. */
  gpu: "framewright.dev/gpu",
  /** `true` where the GPU has an encoder, else `false`. */
  videoEncode: "framewright.dev/video-encode",
  /** `premium` or `standard` (seed 004). */
  tier: "framewright.dev/tier",
  /** `spot` or `on-demand`. */
  capacity: "framewright.dev/capacity",
} as const;

/**
 * The nodes of CPU workers, on spot and on demand: what their pods select, and the taints that they pass. The first is
 * seed 002's, of spot nodes; GKE's compute class asks for the last.
 */
export const cpuWorkerNodes = {
  labels: { [poolLabels.kind]: "cpu-workers" },
  taints: ["spot-instance", poolLabels.kind, "cloud.google.com/compute-class"],
} as const;

/** Nodes of one kind. */
export interface Pool {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Seconds from the stop signal until pods are killed when the cloud takes a node back; unset where it takes none. */
  readonly noticeSeconds?: number;
  readonly gpu?: GpuCapacity;
}

/** What the nodes of a GPU pool have. */
export interface GpuCapacity {
  readonly model: GpuName;
  readonly gpusPerNode: number;
  /** Pods that share one GPU; 1 is no sharing. */
  readonly slicesPerGpu: number;
  readonly minNodes: number;
  readonly maxNodes: number;
  readonly spot: boolean;
  /** Whether an NVENC worker may be placed there. */
  readonly videoEncode: boolean;
  readonly tier: "premium" | "standard";
  /** List price of one node on demand. */
  readonly priceClass: PriceClass;
}

/** Where packets come from or go to, as a NetworkPolicy peer. */
export interface IpBlock {
  readonly cidr: string;
  readonly except: readonly string[];
}

/** What load balancers are made by. */
export interface BalancedEdge extends Pick<
  EdgeSection,
  "apiHost" | "workerApiHost" | "public" | "allowedCidrs" | "certificateArn" | "gateway"
> {
  /** Whether one leads to the stack's proxy, which ends TLS. @default false */
  readonly enabled?: boolean;
}

/** Clients outside the cluster reach a service at a port of the node. */
export interface NodePortEdge {
  readonly kind: "node-port";
  readonly host: string;
  readonly ports: {
    readonly api: number;
    readonly workerApi: number;
    readonly objectStore: number;
    /**
     * Of the stack's proxy, where it is on: both APIs by TLS, and redirects. Not those of the APIs themselves: a port that one
     * Service still has cannot be given to another, and an update creates before it deletes.
     */
    readonly edge: number;
    readonly edgeWorkers: number;
    readonly edgeHttp: number;
    readonly livekit: number;
    readonly livekitMedia: number;
  };
  readonly clients: IpBlock;
}

/** A Gateway of the cluster's owner, to which routes are attached. */
export interface OwnersGateway {
  readonly name: string;
  readonly namespace: string;
  /** Unset: all of its listeners that take the routes. */
  readonly listener?: string;
  /** Whose policies say how it asks whether pods are well, and how long a request may take. */
  readonly kind: "gke" | "aws" | "pods";
  /** From where its requests come. */
  readonly proxies: readonly IpBlock[] | PodPeers;
}

/** Pods of the cluster that are not ours. */
export interface PodPeers {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Clients outside the cluster reach a service at a load balancer of its own, or all of them at that of the stack's proxy. */
export interface LoadBalancerEdge {
  readonly kind: "load-balancer";
  /** As clients write them, without a slash at the end; DNS records for these names are the operator's. */
  readonly urls: { readonly api: string; readonly workerApi: string };
  /** Select the kind of load balancer that the cloud makes. */
  readonly annotations: Readonly<Record<string, string>>;
  /** Port at a service's own load balancer: 443 where it ends TLS, else 80. */
  readonly port: 80 | 443;
  /** Who may connect, in CIDR notation. */
  readonly allowedCidrs: readonly string[];
  /** From where packets reach the pods: the clients, and the load balancer's own checks. */
  readonly clients: readonly IpBlock[];
  /** Where it is set there are no load balancers of ours. */
  readonly gateway?: OwnersGateway;
}

/** The Gateway of config, on the cloud whose load balancers are of this kind and have these addresses. */
export function ownersGateway(
  { name, namespace, listener, pods, ranges }: NonNullable<EdgeSection["gateway"]>,
  cloud: { readonly kind: "gke" | "aws"; readonly cidrs: readonly string[] },
): OwnersGateway {
  const named = { name, namespace, ...(listener !== undefined && { listener }) };
  if (pods !== undefined) return { ...named, kind: "pods", proxies: pods };
  const cidrs = [...new Set([...cloud.cidrs, ...ranges])];
  return { ...named, kind: cloud.kind, proxies: cidrs.map((cidr) => ({ cidr, except: [] })) };
}

export type Edge = NodePortEdge | LoadBalancerEdge;

/** How the API proves to a bucket who it is. */
export type BucketCredentials =
  | {
      readonly kind: "keys";
      readonly accessKeyId: pulumi.Output<string>;
      readonly secretAccessKey: pulumi.Output<string>;
    }
  /** The cloud hands them to the pod of {@link apiServiceAccount}, at an address of the node. */
  | {
      readonly kind: "pod-identity";
      readonly agent: { readonly cidr: string; readonly port: number };
    }
  /** The cluster's owner makes keys for it, and keeps them where {@link SecretStore} finds them. */
  | { readonly kind: "stored" };

/**
 * How a store refuses to overwrite an object: by `If-None-Match: *`, as S3 does, or by Google's condition on the
 * generation of the object.
 */
export type WriteOnce = "if-none-match" | "generation-match";

/** Where media lie. */
export type ObjectStorage =
  /** Our own gateway on a volume. */
  | { readonly kind: "volume" }
  | {
      readonly kind: "bucket";
      /** The S3 endpoint, the same inside and outside the cluster. */
      readonly endpoint: string;
      readonly region: string;
      readonly writeOnce: WriteOnce;
      readonly bucket: pulumi.Output<string>;
      readonly credentials: BucketCredentials;
    };

/** A bucket for backups of the database in the cluster. */
export interface BackupBucket {
  /** Of the S3 endpoint, by TLS. */
  readonly host: string;
  readonly region: string;
  readonly bucket: pulumi.Output<string>;
  /** Of the pods of {@link backupServiceAccounts}. */
  readonly credentials: BucketCredentials;
}

/** Where jobs are kept. */
export type Database =
  | { readonly kind: "in-cluster" }
  | {
      readonly kind: "managed";
      /** With the owner's credentials; the primary, never a replica. Secret. */
      readonly url: pulumi.Output<string>;
      readonly port: number;
      /** Where the instance has its private address. */
      readonly network: IpBlock;
      /** PEM of the authorities that sign the server's certificate. */
      readonly ca: pulumi.Output<string>;
    };

/** The Kubernetes API, as NetworkPolicies see it. */
export interface KubernetesApi {
  /** Where pods reach it: the addresses behind its Service, and the Service's own where policies see that. */
  readonly blocks: readonly IpBlock[];
  readonly port: number;
  /** From where it calls pods that serve a part of the API. */
  readonly callers: readonly IpBlock[];
  /** Labels of the pods in kube-system through which it calls, where it does not call itself. */
  readonly agents?: Readonly<Record<string, string>>;
}

/** Where nodes tell how full volumes are. */
export interface Kubelets {
  readonly blocks: readonly IpBlock[];
  readonly port: number;
}

/** Where images of the platform's namespaces may come from. */
export interface ImageSources {
  /** Whose repositories are ours. */
  readonly registry: string;
  /** Whether images of the registry are named by digest. */
  readonly byDigest: boolean;
  /** Repositories of others. */
  readonly others: readonly string[];
}

/** A ClusterSecretStore of the owner's, of which the External Secrets Operator makes Secrets. */
export interface SecretStore {
  readonly name: string;
  /** What the names of our values begin with. */
  readonly prefix: string;
  /** Another number has all values read anew. */
  readonly revision: number;
}

/** A cluster one can schedule on, whatever cloud it is on. */
export interface Cluster {
  readonly provider: k8s.Provider;
  /** Changes only when the cluster is another one. */
  readonly clusterId: pulumi.Input<string>;
  readonly kubeconfig: pulumi.Output<string>;
  readonly pools: readonly Pool[];
  readonly storageClass: string;
  readonly objectStorage: ObjectStorage;
  readonly database: Database;
  /** Unset: backups lie on a volume of the cluster. */
  readonly backupBucket?: BackupBucket;
  readonly edge: Edge;
  /** Who resolves names for pods. Policies see the port behind the Service. */
  readonly dns: NameServer;
  /** Whether nodes give a pod users of its own: containerd 2, runc 1.2, Linux 6.3, and Kubernetes 1.33, which has it on. */
  readonly userNamespaces: boolean;
  /** Whether nodes pull what others publish; without it they have our own images alone. */
  readonly pullsUpstream: boolean;
  readonly networkPolicyEnforced: boolean;
  /** Where pods that may speak to the Kubernetes API reach it. */
  readonly kubernetesApi: KubernetesApi;
  /** Unset where a policy cannot open the way to the nodes themselves. */
  readonly kubelets?: Kubelets;
  /** Where nodes look for seccomp profiles, which have to be put there; unset: the node has ours. */
  readonly seccompFolder?: string;
  /** Whether volumes outlive the stack. */
  readonly retainVolumes: boolean;
  /** The runtime class that gives a pod its GPU, where it is not the nodes' default. */
  readonly gpuRuntimeClass?: string;
  /** What must exist before, and must be deleted after, anything that runs on the cluster. */
  readonly ready: readonly pulumi.Resource[];
  readonly image: (name: ImageName) => string;
  /** Which images the Kubernetes API lets in; unset: all. */
  readonly imageSources?: ImageSources;
  /** Unset: Pulumi makes and keeps the secrets of programs. */
  readonly secretStore?: SecretStore | undefined;
}

export type { NameServer, Resources };
