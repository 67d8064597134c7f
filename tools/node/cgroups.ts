import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  writeFileSync,
} from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { cgroupName } from "./addresses.ts";

const base = "/sys/fs/cgroup";

/** One hierarchy with cgroup v2, one a controller with v1. */
function hierarchies(): string[] {
  if (existsSync(join(base, "cgroup.controllers"))) return [base];
  return readdirSync(base)
    .map((name) => join(base, name))
    .filter((folder) => existsSync(join(folder, "cgroup.procs")));
}

function copyFromParent(hierarchy: string, file: string): void {
  const target = join(hierarchy, cgroupName, file);
  if (existsSync(target)) writeFileSync(target, readFileSync(join(hierarchy, file)));
}

/** In version 1 a group weighs as much as one process beside it, and all pods together would get the time of one. */
function weighAsMachine(shares: string): void {
  if (existsSync(shares)) writeFileSync(shares, String(1024 * availableParallelism()));
}

/** Makes the cgroup under which the kubelet puts every pod. */
export function makeCgroups(): void {
  for (const hierarchy of hierarchies()) {
    mkdirSync(join(hierarchy, cgroupName), { recursive: true });
    if (hierarchy === base) {
      const controllers = readFileSync(join(base, "cgroup.controllers"), "utf8").trim().split(" ");
      const wanted = controllers.map((name) => `+${name}`).join(" ");
      writeFileSync(join(base, "cgroup.subtree_control"), wanted);
      writeFileSync(join(base, cgroupName, "cgroup.subtree_control"), wanted);
    } else {
      // A cpuset of version 1 starts empty, and an empty one takes no process.
      copyFromParent(hierarchy, "cpuset.cpus");
      copyFromParent(hierarchy, "cpuset.mems");
      weighAsMachine(join(hierarchy, cgroupName, "cpu.shares"));
    }
  }
}

function removeTree(folder: string): void {
  if (!existsSync(folder)) return;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) removeTree(join(folder, entry.name));
  }
  rmdirSync(folder);
}

/** A moment passes between the end of the last process and the kernel letting go of its cgroup. */
async function removeTreeSoon(folder: string): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      removeTree(folder);
      return;
    } catch (error) {
      if (tries === 50) throw error;
      await sleep(100);
    }
  }
}

/** Removes the node's cgroups, which must hold no process any more. */
export async function removeCgroups(): Promise<void> {
  for (const hierarchy of hierarchies()) await removeTreeSoon(join(hierarchy, cgroupName));
}

export function leftoverCgroups(): string[] {
  return hierarchies()
    .map((hierarchy) => join(hierarchy, cgroupName))
    .filter(existsSync);
}
