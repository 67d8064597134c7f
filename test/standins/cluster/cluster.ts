import { existsSync, readdirSync, rmSync } from "node:fs";
import path from "node:path";
import { withLock } from "../kit/lock.ts";
import { Api, isNotFound } from "./api/api.ts";
import { eksBirth } from "./birth/eks.ts";
import { gkeBirth } from "./birth/gke.ts";
import type { Newborn } from "./birth/objects.ts";
import type { Layout } from "../../support/control-plane/programs.ts";
import { controlPlaneCommands, layOut, untilReady } from "./control-plane.ts";
import { ClusterFolder, type ClusterAccess, type ClusterName } from "./folder.ts";
import { kwokArgs, kwokBinary } from "./kwok.ts";
import type { Cloud } from "./pools/pool.ts";
import { endAll, isAlive, startDetached, type Command, type Recorded } from "./processes.ts";

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
  return new Api(access, signal);
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

/** A cluster that has run before goes on where it was. */
async function layoutOf(folder: ClusterFolder): Promise<Layout> {
  const before = folder.readLayout();
  if (before !== undefined && existsSync(folder.file("etcd"))) return before;
  const layout = await layOut(folder);
  folder.writeLayout(layout);
  return layout;
}

/** The processes of a cluster, started and recorded one by one; those that run already are left alone. */
class Household {
  readonly #folder: ClusterFolder;
  readonly all: Recorded[];

  constructor(folder: ClusterFolder) {
    this.#folder = folder;
    this.all = folder.readProcesses().filter(isAlive);
  }

  start(commands: ReadonlyMap<string, Command>): void {
    for (const [name, command] of commands) {
      if (this.all.some((process) => process.name === name)) continue;
      this.all.push(startDetached(name, command, this.#folder.path));
      this.#folder.writeProcesses(this.all);
    }
  }

  async end(): Promise<void> {
    await endAll(this.all);
    rmSync(this.#folder.pidsFile, { force: true });
  }
}

/** What plays the nodes: their kubelets, and the cloud that adds and takes them. */
function nodeCommands(folder: ClusterFolder, { cloudFolder, id }: ClusterName) {
  return new Map<string, Command>([
    ["kwok", [kwokBinary(), ...kwokArgs(folder.file("kubeconfig"))]],
    ["nodes", [process.execPath, daemonFile, path.resolve(cloudFolder), id]],
  ]);
}

async function start({ cloudFolder, cloud, id, version }: ClusterStart): Promise<ClusterAccess> {
  const folder = new ClusterFolder({ cloudFolder, id });
  const nodes = nodeCommands(folder, { cloudFolder, id });
  const layout = await layoutOf(folder);
  folder.writeCluster({ cloud, id, version });
  const household = new Household(folder);
  const controlPlane = controlPlaneCommands(layout, cloud);
  if (household.all.length === controlPlane.size + nodes.size) return folder.readAccess();
  try {
    household.start(controlPlane);
    const access = folder.readAccess();
    const api = apiOf(access);
    await untilReady(api, household.all, folder.path);
    if (!folder.isBorn) await bear(api, cloud);
    folder.isBorn = true;
    household.start(nodes);
    return access;
  } catch (error) {
    await household.end();
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
