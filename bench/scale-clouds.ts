import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { textAt, type JsonObject } from "../tools/plugins/kit/json.ts";
import { apiOf, startCluster, stopAllClusters } from "../test/standins/cluster/cluster.ts";
import type { Api } from "../test/standins/cluster/api/api.ts";
import { ClusterFolder } from "../test/standins/cluster/folder.ts";
import { inBatches } from "../test/standins/cluster/nodes/in-batches.ts";
import { changeSettings } from "../test/standins/cluster/settings.ts";
import { CloudStore } from "../test/standins/kit/store.ts";
import { loadNow } from "./figures.ts";

/**
 * How scheduling on a simulated cloud grows with its GPU nodes: the time until all pods run, on nodes that have to
 * come first and on nodes that are there, over the time in which the same API server takes as many pods that nobody
 * schedules. A ratio that stays the same from size to size is growth in proportion.
 */
const { values } = parseArgs({ options: { nodes: { type: "string", default: "10,50,200" } } });
const sizes = values.nodes.split(",").map(Number);
const podsPerNode = 10;
const id = "bench";
const namespace = "default";
const limitMs = 4 * 60_000;

function fillStore(store: CloudStore, nodes: number): void {
  const location = "us-central1";
  const nodeLocations = ["a", "b", "c"].map((letter) => `${location}-${letter}`);
  const add = (name: string, inputs: JsonObject): void => {
    const type = "gcp:container/nodePool:NodePool";
    const all = { cluster: id, location, nodeLocations, ...inputs };
    store.create({ provider: "gcp", type, id: name, name, inputs: all, outputs: {} });
  };
  const fixed = { totalMinNodeCount: 1, totalMaxNodeCount: 1 };
  add("system", { autoscaling: fixed, nodeConfig: { machineType: "n2-standard-4" } });
  const sharing = { gpuSharingStrategy: "TIME_SHARING", maxSharedClientsPerGpu: podsPerNode };
  const accelerator = { type: "nvidia-tesla-t4", count: 1, gpuSharingConfig: sharing };
  const nodeConfig = { machineType: "n1-standard-8", guestAccelerators: [accelerator] };
  add("gpu", {
    autoscaling: { totalMinNodeCount: 0, totalMaxNodeCount: nodes },
    nodeConfig: { ...nodeConfig, taints: [{ key: "gpu", value: "yes", effect: "NO_SCHEDULE" }] },
  });
}

function podObject(name: string, schedulerName: string): JsonObject {
  const amounts = { cpu: "500m", memory: "1Gi", "nvidia.com/gpu": "1" };
  const container = {
    name: "worker",
    image: "simulated.invalid/worker:1",
    resources: { requests: amounts, limits: amounts },
  };
  const tolerations = ["gpu", "nvidia.com/gpu"].map((key) => ({ key, operator: "Exists" }));
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, labels: { bench: "yes" } },
    spec: { schedulerName, tolerations, terminationGracePeriodSeconds: 0, containers: [container] },
  };
}

const podsPath = `/api/v1/namespaces/${namespace}/pods`;

async function timed(work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

let rounds = 0;

async function createPods(api: Api, count: number, scheduler: string): Promise<void> {
  rounds += 1;
  // kwok deletes by name: a new pod with the name of one that has just gone might go with it.
  const names = Array.from({ length: count }, (_, index) => `pod-${rounds}-${index}`);
  await inBatches(names, (name) => api.create(podsPath, podObject(name, scheduler)));
}

async function until(api: Api, holds: (pods: readonly JsonObject[]) => boolean): Promise<void> {
  const deadline = Date.now() + limitMs;
  // A look costs in proportion to the pods; asked rarely, it does not disturb what it measures.
  while (!holds(await api.list(podsPath))) {
    if (Date.now() > deadline) throw new Error(`not after ${limitMs / 60_000} minutes`);
    await sleep(500);
  }
}

async function run(api: Api, count: number): Promise<void> {
  await createPods(api, count, "default-scheduler");
  await until(api, (pods) => {
    const running = pods.filter((pod) => textAt(pod, "status", "phase") === "Running");
    return running.length === count;
  });
}

async function clear(api: Api): Promise<void> {
  await api.delete(podsPath, 0);
  await until(api, (pods) => pods.length === 0);
}

/** The most memory that the cluster's processes have had, in GiB. */
function peakGi(cloudFolder: string): number {
  const peaks = new ClusterFolder({ cloudFolder, id }).readProcesses().map(({ pid }) => {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0);
  });
  return peaks.reduce((sum, peak) => sum + peak, 0) / 2 ** 20;
}

async function measure(nodes: number): Promise<void> {
  const cloudFolder = mkdtempSync(join(tmpdir(), "scale-clouds-"));
  const count = nodes * podsPerNode;
  try {
    fillStore(new CloudStore(cloudFolder), nodes);
    changeSettings(cloudFolder, { nodeReadySeconds: 2, newPodSeconds: 0.5, emptySeconds: 3600 });
    const api = apiOf(await startCluster({ cloud: "gke", cloudFolder, id, version: "1.35" }));
    const floor = await timed(() => createPods(api, count, "nobody"));
    await clear(api);
    const fromZero = await timed(() => run(api, count));
    const grown = (await api.list("/api/v1/nodes")).length - 1;
    await clear(api);
    const there = await timed(() => run(api, count));
    report({ nodes, grown, count, floor, fromZero, there, memory: peakGi(cloudFolder) });
  } finally {
    await stopAllClusters(cloudFolder);
    rmSync(cloudFolder, { recursive: true, force: true });
  }
}

interface Row {
  readonly nodes: number;
  readonly grown: number;
  readonly count: number;
  readonly floor: number;
  readonly fromZero: number;
  readonly there: number;
  readonly memory: number;
}

function report({ nodes, grown, count, floor, fromZero, there, memory }: Row): void {
  const cells = [
    `${grown}/${nodes} nodes`,
    `${count} pods`,
    `created in ${floor.toFixed(1)} s (${(count / floor).toFixed(0)}/s)`,
    `run from zero nodes in ${fromZero.toFixed(1)} s, ratio ${(fromZero / floor).toFixed(1)}`,
    `run on nodes there in ${there.toFixed(1)} s, ratio ${(there / floor).toFixed(1)}`,
    `${memory.toFixed(2)} GiB`,
  ];
  console.log(cells.join("; "));
}

console.log(`${cpus().length} cores, load ${loadNow()}`);
for (const nodes of sizes) await measure(nodes);
