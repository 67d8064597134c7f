import { setTimeout as sleep } from "node:timers/promises";
import { machinePidFile } from "../../../tools/node/addresses.ts";
import { remembered } from "../../../tools/node/processes.ts";

/** Its processes end with the namespace of its first one; nobody can ask them to wait. */
export async function killNode(): Promise<void> {
  const machine = remembered(machinePidFile);
  if (machine === undefined) throw new Error("The node does not run. Start it with `npm run up`.");
  process.kill(machine, "SIGKILL");
  while (remembered(machinePidFile) !== undefined) await sleep(50);
}
