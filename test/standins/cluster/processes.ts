import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startTime } from "../../../tools/node/processes.ts";
import { hasCode } from "../kit/cloud-folder.ts";

/** A process that outlives whoever started it. */
export interface Recorded {
  readonly name: string;
  readonly pid: number;
  /** In clock ticks since boot: tells it from a later process with the same number. */
  readonly started: string;
}

/** A program and its arguments. */
export type Command = readonly [string, ...string[]];

/** What processes have to end by themselves, in milliseconds. */
const graceMs = 5_000;
/** Characters of a log that an error shows. */
const tail = 2_000;

/** Starts a process of its own, with its output in a log. */
export function startDetached(name: string, command: Command, folder: string): Recorded {
  const log = openSync(path.join(folder, `${name}.log`), "a");
  const [program, ...args] = command;
  const child = spawn(program, args, { detached: true, stdio: ["ignore", log, log] });
  closeSync(log);
  child.unref();
  if (child.pid === undefined) throw new Error(`${program} could not be started`);
  return { name, pid: child.pid, started: startTime(child.pid) ?? "" };
}

export function isAlive({ pid, started }: Recorded): boolean {
  return started !== "" && startTime(pid) === started;
}

/** Throws with the end of the log if one of them has ended. */
export function assertAlive(processes: readonly Recorded[], folder: string): void {
  const dead = processes.find((process) => !isAlive(process));
  if (dead === undefined) return;
  const log = readFileSync(path.join(folder, `${dead.name}.log`), "utf8");
  throw new Error(`${dead.name} ended:\n${log.slice(-tail)}`);
}

function signal(process_: Recorded, name: NodeJS.Signals): void {
  if (!isAlive(process_)) return;
  try {
    process.kill(process_.pid, name);
  } catch (error) {
    // It has ended since we looked.
    if (!hasCode(error, "ESRCH")) throw error;
  }
}

/** Ends recorded processes, and no others. */
export async function endAll(processes: readonly Recorded[]): Promise<void> {
  for (const one of processes.toReversed()) signal(one, "SIGTERM");
  const deadline = Date.now() + graceMs;
  while (processes.some(isAlive) && Date.now() < deadline) await sleep(50);
  for (const one of processes) signal(one, "SIGKILL");
  while (processes.some(isAlive)) await sleep(20);
}
