import { existsSync, readdirSync, rmSync } from "node:fs";
import path from "node:path";
import { isNotFound } from "../../../tools/plugins/kubernetes/client/api-error.ts";
import { withLock } from "../kit/lock.ts";
import { Api, connectionTo } from "./api/api.ts";
import { eksBirth } from "./birth/eks.ts";
import { gkeBirth } from "./birth/gke.ts";
import type { Newborn } from "./birth/objects.ts";
import { layOut, startPrograms, untilReady } from "./control-plane.ts";
import { ClusterFolder, type ClusterAccess, type ClusterName } from "./folder.ts";
import { kwokArgs, kwokBinary } from "./kwok.ts";
import type { Cloud } from "./pools/pool.ts";
import { endAll, isAlive, startDetached } from "./processes.ts";

export interface ClusterStart extends ClusterName {
  readonly cloud: Cloud;
  /** Kubernetes version that the cloud was asked for; the simulated one has the version of our binaries. */
  readonly version: string;
}

const births = { gke: gkeBirth, eks: eksBirth } as const satisfies Record<
  Cloud,
  readonly Newborn[]
>;

const daemonFile = path.join(import.meta.dirname, "daemon/main.ts");

/** An administrator's client of a cluster that runs. */
export function apiOf(access: ClusterAccess, signal = new AbortController().signal): Api {
  const ca = Buffer.from(access.caCertificate, "base64").toString("utf8");
  return new Api(connectionTo(access.endpoint, ca, access.token), signal);
}

async function bear(api: Api, cloud: Cloud): Promise<void> {
  for (const { collection, object } of births[cloud]) await api.create(collection, object);
  if (cloud === "gke") await untilServed(api, "/apis/cloud.google.com/v1/computeclasses");
}

/** A custom resource can be asked for a moment after its definition was accepted. */
async function untilServed(api: Api, collection: string): Promise<void> {
  for (const deadline = Date.now() + 10_000; ;) {
    try {
      await api.get(collection);
      return;
    } catch (error) {
      if (!isNotFound(error) || Date.now() > deadline) throw error;
    }
  }
}

async function start({ cloudFolder, cloud, id, version }: ClusterStart): Promise<ClusterAccess> {
  const folder = new ClusterFolder({ cloudFolder, id });
  const running = folder.readProcesses();
  if (running.length > 0 && running.every(isAlive)) return folder.readAccess();
  await endAll(running);
  folder.writeCluster({ cloud, id, version });
  const kwok = kwokBinary();
  const layout = await layOut(folder);
  const processes = startPrograms(layout, cloud);
  folder.writeProcesses(processes);
  const access = folder.readAccess();
  const api = apiOf(access);
  try {
    await untilReady(api, processes, folder.path);
    await bear(api, cloud);
    const player = [kwok, ...kwokArgs(folder.file("kubeconfig"))] as const;
    processes.push(startDetached("kwok", [...player], folder.path));
    folder.writeProcesses(processes);
    const daemon = [process.execPath, daemonFile, path.resolve(cloudFolder), id] as const;
    processes.push(startDetached("nodes", [...daemon], folder.path));
    folder.writeProcesses(processes);
    return access;
  } catch (error) {
    await endAll(processes);
    rmSync(folder.pidsFile, { force: true });
    throw error;
  }
}

/** Starts a cluster whose processes outlive this one; a cluster that runs is left as it is. */
export function startCluster(args: ClusterStart): Promise<ClusterAccess> {
  return withLock(path.resolve(args.cloudFolder), `cluster ${args.id}`, () => start(args));
}

/** Ends the processes of a cluster, and forgets what was in it; its logs stay. */
export async function stopCluster(name: ClusterName): Promise<void> {
  const folder = new ClusterFolder(name);
  await endAll(folder.readProcesses());
  rmSync(folder.pidsFile, { force: true });
  rmSync(folder.file("etcd"), { recursive: true, force: true });
}

/** Ends the clusters of a simulated cloud, whatever became of the tests that started them. */
export async function stopAllClusters(cloudFolder: string): Promise<void> {
  const clusters = path.join(cloudFolder, "clusters");
  if (!existsSync(clusters)) return;
  for (const id of readdirSync(clusters)) await stopCluster({ cloudFolder, id });
}

/** A token of a cluster's administrator, as the clouds' credential plugins hand out. */
export function clusterToken(name: ClusterName): string {
  const { token } = new ClusterFolder(name).readAccess();
  if (token === "") throw new Error(`no cluster ${name.id} in ${name.cloudFolder}`);
  return token;
}

export type { ClusterAccess, ClusterName };
