import { existsSync, readFileSync, rmSync } from "node:fs";
import { descriptorFile, root } from "../paths.ts";
import { machinePidFile, nodeFolder } from "./addresses.ts";
import { leftoverCgroups, removeCgroups } from "./cgroups.ts";
import { childOf, end } from "./processes.ts";

const graceMs = 20_000;

/** Ends the node's processes; what it knows stays on the disk. Returns false when none ran. */
export async function stopNode(): Promise<boolean> {
  // `unshare` waits for the namespace's init and ends with it; the signal goes to the init.
  const machine = await end(machinePidFile, (pid) => childOf(pid) ?? pid, graceMs);
  await removeCgroups();
  return machine;
}

/** Deletes the node's state. The node must have been stopped. */
export function deleteNode(): void {
  rmSync(nodeFolder, { recursive: true, force: true });
  rmSync(descriptorFile, { force: true });
}

/** What a stopped and deleted node must not leave behind, each as a line for a person. */
export function leftovers(): string[] {
  const mounts = readFileSync("/proc/self/mountinfo", "utf8").split("\n");
  return [
    ...mounts.filter((line) => line.includes(nodeFolder)).map((line) => `mount ${line}`),
    ...leftoverCgroups().map((folder) => `cgroup ${folder}`),
    ...(existsSync(nodeFolder) ? [`folder ${nodeFolder.slice(root.length + 1)}`] : []),
  ];
}
