import { readFileSync, rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { readOr, writeWhole } from "../steps.ts";

/**
 * When a process started, from its /proc/<pid>/stat; undefined of one that has ended. A process whose first thread has
 * ended holds its ports until the last one has.
 */
export function startTimeIn(stat: string): string | undefined {
  // The name in brackets may hold spaces; the fields after it are fixed: state, ..., threads (18th), start (20th).
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const threads = Number(fields[17]);
  return fields[0] === "Z" && threads <= 1 ? undefined : fields[19];
}

/** When the process started, in clock ticks since boot: tells it from a later one with the same number. */
export function startTime(pid: number): string | undefined {
  try {
    return startTimeIn(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return undefined;
  }
}

export function remember(file: string, pid: number): void {
  writeWhole(file, `${pid} ${startTime(pid) ?? ""}\n`);
}

/** The remembered process, if it is the same one and still runs. */
export function remembered(file: string): number | undefined {
  const [pid, started] = readOr(file, "").trim().split(" ");
  if (pid === undefined || pid === "" || started === undefined) return undefined;
  return startTime(Number(pid)) === started ? Number(pid) : undefined;
}

/** The first child of a process. */
export function childOf(pid: number): number | undefined {
  const [child] = readOr(`/proc/${pid}/task/${pid}/children`, "").trim().split(" ");
  return child === undefined || child === "" ? undefined : Number(child);
}

/** Asks the remembered process to end, and makes it end when it does not within the time. */
export async function end(
  file: string,
  target: (pid: number) => number,
  graceMs: number,
): Promise<boolean> {
  const pid = remembered(file);
  if (pid === undefined) return false;
  process.kill(target(pid), "SIGTERM");
  const deadline = Date.now() + graceMs;
  while (remembered(file) !== undefined && Date.now() < deadline) await sleep(50);
  if (remembered(file) !== undefined) process.kill(pid, "SIGKILL");
  while (remembered(file) !== undefined) await sleep(20);
  rmSync(file, { force: true });
  return true;
}
