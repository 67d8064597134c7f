import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** How long, in milliseconds, the kernel may take to bury a killed process. */
const burialMs = 10_000;

function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid.toString()}/${file}`, "utf8");
  } catch {
    return ""; // it has ended since the listing
  }
}

function pids(): number[] {
  return readdirSync("/proc")
    .map(Number)
    .filter((pid) => pid > 0);
}

/** Fields of /proc/<pid>/stat after the command's name, which may itself hold spaces and brackets (proc(5)). */
function statFields(pid: number): string[] {
  const text = read(pid, "stat");
  return text.slice(text.lastIndexOf(")") + 2).split(" ");
}

function hasEnded(pid: number): boolean {
  const [state = ""] = statFields(pid);
  return state === "" || state === "Z" || state === "X";
}

/** A pulumi command and everything that it started, but not what left its session: the clusters. */
export function sessionProcesses(session: number): number[] {
  return pids().filter((pid) => statFields(pid)[3] === session.toString() && !hasEnded(pid));
}

/** Every process that got a folder by its arguments or its environment. */
export function processesOf(folder: string): number[] {
  return pids()
    .filter((pid) => pid !== process.pid)
    .filter((pid) => read(pid, "cmdline").includes(folder) || read(pid, "environ").includes(folder))
    .filter((pid) => !hasEnded(pid));
}

function commandOf(pid: number): string {
  return read(pid, "cmdline").replaceAll("\0", " ").trim();
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if (!hasEnded(pid)) throw error;
  }
}

/** Ends what `list` finds, until it finds nothing: a process may start another one before it dies. */
export async function endAll(list: () => number[]): Promise<void> {
  const deadline = Date.now() + burialMs;
  for (let left = list(); left.length > 0; left = list()) {
    if (Date.now() > deadline) throw new Error(`still there: ${left.map(commandOf).join("; ")}`);
    left.forEach(kill);
    await sleep(20);
  }
}
