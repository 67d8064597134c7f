import { createHash, randomBytes } from "node:crypto";
import type { JsonObject } from "../../../../tools/plugins/kit/json.ts";
import {
  zoneLabel,
  type Amounts,
  type Cloud,
  type NodePool,
  type NodeShape,
} from "../pools/pool.ts";

/** kwok looks after the nodes with this label alone; a node gets it when it is to become ready. */
export const kwokLabel = { key: "kwok.x-k8s.io/node", value: "fake" } as const;

/** Milliseconds since 1970. */
export const readyAtAnnotation = "simulation.framewright.dev/ready-at";
/** Milliseconds since 1970: until then the pods of the node may leave by themselves. */
export const drainUntilAnnotation = "simulation.framewright.dev/drain-until";
/** Hash of the labels and taints that the pool gave the node. */
export const shapeAnnotation = "simulation.framewright.dev/shape";

export const poolLabel: Readonly<Record<Cloud, string>> = {
  gke: "cloud.google.com/gke-nodepool",
  eks: "eks.amazonaws.com/nodegroup",
};

function quantities(amounts: Amounts): JsonObject {
  const written = Object.entries(amounts).map(([key, value]): [string, string] => [
    key,
    key === "cpu" ? `${Math.floor(value * 1000).toString()}m` : Math.floor(value).toString(),
  ]);
  return Object.fromEntries(written);
}

export function shapeHash({ labels, taints }: Pick<NodeShape, "labels" | "taints">): string {
  return createHash("sha256")
    .update(JSON.stringify([labels, taints]))
    .digest("hex")
    .slice(0, 16);
}

export function taintsOf({ taints }: Pick<NodeShape, "taints">): JsonObject[] {
  return taints.map(({ key, value, effect }) => ({ key, value, effect }));
}

/** An address in 10.128.0.0/9, where neither pods nor services are. */
function freshAddress(): string {
  const [a = 0, b = 0, c = 0] = randomBytes(3);
  return `10.${(128 + (a % 128)).toString()}.${b.toString()}.${c.toString()}`;
}

function freshName(pool: NodePool, address: string): string {
  const random = randomBytes(3).toString("hex");
  const names = {
    gke: `gke-${pool.name}-${random}`,
    eks: `ip-${address.replaceAll(".", "-")}.${pool.region}.compute.internal`,
  } as const;
  return names[pool.cloud];
}

const version = "v1.35.4";

function providerId(pool: NodePool, zone: string, name: string): string {
  const ids = {
    gke: `gce://simulated/${zone}/${name}`,
    eks: `aws:///${zone}/i-${createHash("sha256").update(name).digest("hex").slice(0, 17)}`,
  } as const;
  return ids[pool.cloud];
}

/** A node as its kubelet registers it: with its labels and taints, not ready yet. */
export function nodeObject(pool: NodePool, zone: string, readyAt: number): JsonObject {
  const address = freshAddress();
  const name = freshName(pool, address);
  const { labels, capacity, allocatable } = pool.node;
  const own = { "kubernetes.io/hostname": name, [zoneLabel]: zone };
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name,
      labels: { ...labels, ...own },
      annotations: {
        [readyAtAnnotation]: readyAt.toString(),
        [shapeAnnotation]: shapeHash(pool.node),
      },
    },
    spec: { providerID: providerId(pool, zone, name), taints: taintsOf(pool.node) },
    status: {
      capacity: quantities(capacity),
      allocatable: quantities(allocatable),
      addresses: [
        { type: "InternalIP", address },
        { type: "Hostname", address: name },
      ],
      nodeInfo: {
        architecture: "amd64",
        operatingSystem: "linux",
        kubeletVersion: version,
        kubeProxyVersion: "",
        bootID: "",
        machineID: "",
        systemUUID: "",
        kernelVersion: "simulated",
        osImage: "simulated",
        containerRuntimeVersion: "kwok://simulated",
      },
    },
  };
}
