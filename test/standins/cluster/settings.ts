import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import {
  listAt,
  numberAt,
  parseJson,
  scalarText,
  textAt,
  type Json,
} from "../../../tools/plugins/kit/json.ts";
import { writeAtomically } from "../kit/cloud-folder.ts";
import type { NodePool } from "./pools/pool.ts";

/** How fast a simulated cloud is; all in seconds. */
export interface Settings {
  /** From asking for a node until it is ready. */
  readonly nodeReadySeconds: number;
  /** How long a pod has to be pending before a pool grows for it; the seed's 30 s would only slow tests. */
  readonly newPodSeconds: number;
  /** How long a node has to be empty before it goes. */
  readonly emptySeconds: number;
  /** What the pods of a node have when the cloud takes it back, or its pool is deleted. */
  readonly drainSeconds: number;
}

const defaultSettings: Settings = {
  nodeReadySeconds: 2,
  newPodSeconds: 0.5,
  emptySeconds: 20,
  drainSeconds: 25,
};

function settingsFile(cloudFolder: string): string {
  return path.join(cloudFolder, "cluster-settings.json");
}

function readJson(file: string): Json | undefined {
  return existsSync(file) ? parseJson(readFileSync(file, "utf8")) : undefined;
}

/** Changes how the clusters of a simulated cloud behave, from now on. */
export function changeSettings(cloudFolder: string, changes: Partial<Settings>): void {
  const settings = { ...readSettings(cloudFolder), ...changes };
  writeAtomically(settingsFile(cloudFolder), JSON.stringify(settings));
}

export function readSettings(cloudFolder: string): Settings {
  const read = readJson(settingsFile(cloudFolder));
  const value = (key: keyof Settings): number => numberAt(read, key) ?? defaultSettings[key];
  return {
    nodeReadySeconds: value("nodeReadySeconds"),
    newPodSeconds: value("newPodSeconds"),
    emptySeconds: value("emptySeconds"),
    drainSeconds: value("drainSeconds"),
  };
}

function drainFile(cloudFolder: string): string {
  return path.join(cloudFolder, "spot-drain.json");
}

/**
 * Names the spot pools whose nodes the cloud takes back, and of which it has none until they are no longer named;
 * by the cloud's name, or by ours in the label `framewright.dev/pool`.
 */
export function drainSpot(cloudFolder: string, pools: readonly string[]): void {
  writeAtomically(drainFile(cloudFolder), JSON.stringify(pools));
}

function isNamed(pool: NodePool, name: string | undefined): boolean {
  return name === pool.name || name === pool.node.labels["framewright.dev/pool"];
}

/** Whether the cloud takes the nodes of a pool back. */
export function isDrained(cloudFolder: string, pool: NodePool): boolean {
  const names = readJson(drainFile(cloudFolder));
  return pool.spot && Array.isArray(names) && names.some((name) => isNamed(pool, scalarText(name)));
}

/**
 * Whether the cloud has machines of a pool: none after a fault with the operation "scale", for the pool (`name`), for each of
 * its machine types (`machine`), or for everything.
 */
export function isAvailable(cloudFolder: string, pool: NodePool): boolean {
  if (isDrained(cloudFolder, pool)) return false;
  const faults = listAt(readJson(path.join(cloudFolder, "faults.json"))).filter(
    (fault) => textAt(fault, "operation") === "scale",
  );
  const gone = faults.flatMap((fault) => textAt(fault, "machine") ?? []);
  if (pool.machines.every((machine) => gone.includes(machine))) return false;
  return !faults.some((fault) => {
    const name = textAt(fault, "name");
    if (name === undefined) return textAt(fault, "machine") === undefined;
    return isNamed(pool, name);
  });
}
