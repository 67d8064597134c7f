import { setTimeout as sleep } from "node:timers/promises";
import { listAt, textAt, type JsonObject } from "../../../tools/plugins/kit/json.ts";
import type { CloudStore, Entry } from "../kit/store.ts";

/** How long nodes may take to come or to go, in milliseconds; EKS gives up after half an hour and more. */
const nodesMs = 60_000;
const lookMs = 250;

/** Loaded when a cluster is made: a cloud without one needs no Kubernetes. */
async function simulation(): Promise<typeof import("../cluster/cluster.ts")> {
  return import("../cluster/cluster.ts");
}

/** Starts the cluster's control plane and says how to reach it. */
export async function startFor(cluster: Entry, store: CloudStore): Promise<JsonObject> {
  const { startCluster } = await simulation();
  const access = await startCluster({
    cloud: "eks",
    cloudFolder: store.folder,
    id: cluster.name,
    version: textAt(cluster.outputs, "version") ?? "",
  });
  return {
    endpoint: access.endpoint,
    certificateAuthority: { data: access.caCertificate },
  };
}

export async function stopFor(cluster: Entry, store: CloudStore): Promise<void> {
  const { stopCluster } = await simulation();
  await stopCluster({ cloudFolder: store.folder, id: cluster.name });
}

/** A token as `aws eks get-token` hands out. */
export async function tokenOf(clusterName: string, cloudFolder: string): Promise<string> {
  const { clusterToken } = await simulation();
  return clusterToken({ cloudFolder, id: clusterName });
}

/** The nodes of a cluster; of one that was only written into the store, none. */
async function nodesOf(cluster: Entry, store: CloudStore): Promise<JsonObject[]> {
  const endpoint = textAt(cluster.outputs, "endpoint");
  if (endpoint === undefined) return [];
  const { apiOf } = await simulation();
  const caCertificate = textAt(cluster.outputs, "certificateAuthority", "data") ?? "";
  const token = await tokenOf(cluster.name, store.folder);
  return apiOf({ endpoint, caCertificate, token }).list("/api/v1/nodes");
}

function isReady(node: JsonObject): boolean {
  return listAt(node, "status", "conditions").some(
    (condition) => textAt(condition, "type") === "Ready" && textAt(condition, "status") === "True",
  );
}

function isOpen(node: JsonObject): boolean {
  return !listAt(node, "spec", "taints").some(
    (taint) => textAt(taint, "effect") !== "PreferNoSchedule",
  );
}

/** Whether pods without tolerations find a node. */
export async function hasOpenNodes(cluster: Entry, store: CloudStore): Promise<boolean> {
  const nodes = await nodesOf(cluster, store);
  return nodes.some((node) => isReady(node) && isOpen(node));
}

function isOfGroup(node: JsonObject, group: Entry): boolean {
  return textAt(node, "metadata", "labels", "eks.amazonaws.com/nodegroup") === group.name;
}

async function until(holds: () => Promise<boolean>): Promise<boolean> {
  const deadline = Date.now() + nodesMs;
  while (!(await holds())) {
    if (Date.now() > deadline) return false;
    await sleep(lookMs);
  }
  return true;
}

/** Waits until a node group has so many nodes that work. */
export function nodesCame(
  cluster: Entry,
  group: Entry,
  { store, count }: { store: CloudStore; count: number },
): Promise<boolean> {
  return until(async () => {
    const nodes = await nodesOf(cluster, store);
    return nodes.filter((node) => isOfGroup(node, group) && isReady(node)).length >= count;
  });
}

/** Waits until whoever plays the machines has taken those of a node group away. */
export function nodesWent(cluster: Entry, group: Entry, store: CloudStore): Promise<boolean> {
  return until(async () => {
    const nodes = await nodesOf(cluster, store);
    return !nodes.some((node) => isOfGroup(node, group));
  });
}
