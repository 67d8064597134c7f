import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { at, changed, textAt, type JsonObject } from "../../../tools/plugins/kit/json.ts";
import { writeAtomically } from "../kit/cloud-folder.ts";
import type { CloudStore, Entry } from "../kit/store.ts";

/** How long nodes may take to go, in milliseconds, before a deletion fails; GKE gives up after an hour. */
const nodesGoneMs = 120_000;
const lookMs = 250;

/** Loaded when a cluster is made: a cloud without one needs no Kubernetes. */
async function simulation(): Promise<typeof import("../cluster/cluster.ts")> {
  return import("../cluster/cluster.ts");
}

/** The address of the control plane as Google shows it: without a scheme. */
function addressOf(endpoint: string): string {
  return endpoint.replace(/^https:\/\//, "");
}

function versionOf(entry: Entry): string {
  const [major = "1", minor = ""] = (textAt(entry.outputs, "masterVersion") ?? "").split(".");
  return `${major}.${minor}`;
}

/**
 * Certificates that everybody trusts: those of Google's public authority, by which a control plane is known under its name.
 * Programs that reach it by name have the file in SSL_CERT_FILE.
 */
export function publicRoots(cloudFolder: string): string {
  return path.join(cloudFolder, "public-roots.pem");
}

/** Under its name a control plane answers only where the program lets traffic from outside in. */
function trustByName(entry: Entry, store: CloudStore, caCertificate: string): void {
  const config = ["controlPlaneEndpointsConfig", "dnsEndpointConfig", "allowExternalTraffic"];
  if (at(entry.outputs, ...config) !== true) return;
  const file = publicRoots(store.folder);
  const known = existsSync(file) ? readFileSync(file, "utf8") : "";
  const certificate = Buffer.from(caCertificate, "base64").toString("utf8");
  if (!known.includes(certificate)) writeAtomically(file, known + certificate);
}

function withDnsEndpoint(outputs: JsonObject, endpoint: string): JsonObject {
  const keys = ["controlPlaneEndpointsConfig", "dnsEndpointConfig"];
  return changed(outputs, keys, (config) => ({ ...config, endpoint }));
}

/** Starts the cluster's control plane and says how to reach it. */
export async function startFor(entry: Entry, store: CloudStore): Promise<JsonObject> {
  const { startCluster } = await simulation();
  const access = await startCluster({
    cloud: "gke",
    cloudFolder: store.folder,
    id: entry.name,
    version: versionOf(entry),
  });
  const endpoint = addressOf(access.endpoint);
  trustByName(entry, store, access.caCertificate);
  return {
    ...withDnsEndpoint(entry.outputs, endpoint),
    endpoint,
    masterAuth: {
      clientCertificate: "",
      clientCertificateConfig: { issueClientCertificate: false },
      clientKey: "",
      clusterCaCertificate: access.caCertificate,
    },
  };
}

export async function stopFor(entry: Entry, store: CloudStore): Promise<void> {
  const { stopCluster } = await simulation();
  await stopCluster({ cloudFolder: store.folder, id: entry.name });
}

export async function tokenOf(cluster: Entry, store: CloudStore): Promise<string> {
  const { clusterToken } = await simulation();
  return clusterToken({ cloudFolder: store.folder, id: cluster.name });
}

/** The nodes of a pool; of a cluster that was only written into the store, none. */
async function nodesOf(cluster: Entry, store: CloudStore, pool: string): Promise<string[]> {
  const endpoint = textAt(cluster.outputs, "endpoint");
  if (endpoint === undefined) return [];
  const { apiOf } = await simulation();
  const api = apiOf({
    endpoint: `https://${endpoint}`,
    caCertificate: textAt(cluster.outputs, "masterAuth", "clusterCaCertificate") ?? "",
    token: await tokenOf(cluster, store),
  });
  const selector = encodeURIComponent(`cloud.google.com/gke-nodepool=${pool}`);
  const nodes = await api.list(`/api/v1/nodes?labelSelector=${selector}`);
  return nodes.flatMap((node) => textAt(node, "metadata", "name") ?? []);
}

/** Waits until whoever plays the machines has taken those of a deleted pool away. */
export async function waitForNodesGone(
  cluster: Entry,
  store: CloudStore,
  pool: string,
): Promise<void> {
  const deadline = Date.now() + nodesGoneMs;
  let left = await nodesOf(cluster, store, pool);
  while (left.length > 0) {
    if (Date.now() > deadline) {
      throw new Error(`Error waiting for deleting GKE NodePool: nodes ${left.join(", ")} are left`);
    }
    await sleep(lookMs);
    left = await nodesOf(cluster, store, pool);
  }
}
