import { createHash } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { hasCode } from "./cloud-folder.ts";

/** Milliseconds between two tries for a lock that somebody holds. */
const retryMs = 20;

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return hasCode(error, "EPERM");
  }
}

function holder(file: string): number | undefined {
  try {
    const pid = Number(readFileSync(file, "utf8"));
    return pid > 0 ? pid : undefined;
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  }
}

function take(file: string): boolean {
  try {
    writeFileSync(file, process.pid.toString(), { flag: "wx" });
    return true;
  } catch (error) {
    if (hasCode(error, "EEXIST")) return false;
    throw error;
  }
}

/** Puts a lock of a dead process away; one that somebody has taken meanwhile is put back. */
function breakLock(file: string, deadPid: number): void {
  const aside = `${file}.${process.pid.toString()}`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if (hasCode(error, "ENOENT")) return;
    throw error;
  }
  if (holder(aside) !== deadPid) linkSync(aside, file);
  rmSync(aside);
}

/** Runs something that only one process and one call may do at a time; a lock of a killed process is taken over. */
export async function withLock<T>(
  folder: string,
  key: string,
  run: () => T | Promise<T>,
): Promise<T> {
  const digest = createHash("sha256").update(key).digest("hex").slice(0, 24);
  const file = path.join(folder, "locks", digest);
  mkdirSync(path.dirname(file), { recursive: true });
  while (!take(file)) {
    const pid = holder(file);
    if (pid !== undefined && !lives(pid)) breakLock(file, pid);
    await sleep(retryMs);
  }
  try {
    return await run();
  } finally {
    rmSync(file, { force: true });
  }
}
