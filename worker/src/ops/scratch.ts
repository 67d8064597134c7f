import { mkdir, mkdtemp, readdir, readFile, rm, stat, statfs } from "node:fs/promises";
import { join } from "node:path";
import { scratchPerSource } from "@framewright/contracts/job-limits.ts";
import { JobFailure } from "../failure.ts";

/** When a process began, in clock ticks since boot: tells it from a later one with the same id. */
async function startTicks(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
  // The second field is the name in brackets and may hold spaces.
  return stat?.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
}

function jobsDir(workDir: string): string {
  return join(workDir, "jobs");
}

async function ownerIsAlive(folder: string): Promise<boolean> {
  const [, pid, ticks] = /^w(\d+)-(\d+)-/.exec(folder) ?? [];
  if (pid === undefined || Number(pid) === process.pid) return false;
  return (await startTicks(Number(pid))) === ticks;
}

/** Removes what earlier workers have left behind; folders of living workers stay. */
export async function sweepScratch(workDir: string): Promise<string[]> {
  const root = jobsDir(workDir);
  await mkdir(root, { recursive: true });
  const removed: string[] = [];
  for (const folder of await readdir(root)) {
    if (await ownerIsAlive(folder)) continue;
    await rm(join(root, folder), { recursive: true, force: true });
    removed.push(folder);
  }
  return removed;
}

/** Owns the folder from its making to its removal, however the use of it ends. */
export async function withTempDir<T>(
  workDir: string,
  use: (dir: string) => Promise<T>,
): Promise<T> {
  const root = jobsDir(workDir);
  await mkdir(root, { recursive: true });
  const ticks = (await startTicks(process.pid)) ?? "0";
  const dir = await mkdtemp(join(root, `w${process.pid}-${ticks}-`));
  try {
    return await use(dir);
  } finally {
    await rm(dir, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Bytes on the disk of all files below the folder; what is removed meanwhile counts nothing. */
export async function usedBytes(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const sizes = entries
    .filter((entry) => entry.isFile())
    .map(async ({ parentPath, name }) => {
      const found = await stat(join(parentPath, name)).catch(() => undefined);
      return (found?.blocks ?? 0) * 512;
    });
  return (await Promise.all(sizes)).reduce((sum, bytes) => sum + bytes, 0);
}

export interface ScratchSpace {
  readonly workDir: string;
  /** Size of the volume. The file system has more: it is the node's disk. */
  readonly limitBytes: number | undefined;
  /** Jobs that share it. */
  readonly slots: number;
}

async function freeBytes({ workDir, limitBytes }: ScratchSpace): Promise<number> {
  const { bavail, bsize } = await statfs(workDir);
  const onDisk = bavail * bsize;
  return limitBytes === undefined
    ? onDisk
    : Math.min(onDisk, Math.max(0, limitBytes - (await usedBytes(workDir))));
}

/**
 * Of a source of this size, `writtenBytes` are there already. Space that another job will leave is worth another attempt; a
 * volume that is too small is not.
 */
export async function requireSpace(
  space: ScratchSpace,
  sourceBytes: number,
  writtenBytes = 0,
): Promise<void> {
  const { limitBytes } = space;
  if (limitBytes !== undefined && limitBytes < sourceBytes * scratchPerSource) {
    const has = writtenBytes === 0 ? "It has" : "It has at least";
    const note = `${has} ${sourceBytes} bytes, and a worker's scratch space is for ${Math.floor(limitBytes / scratchPerSource)}.`;
    throw new JobFailure("source-too-large", { note });
  }
  const free = await freeBytes(space);
  const needed = sourceBytes * scratchPerSource - writtenBytes;
  if (free < needed) {
    const note = `${free} bytes are free, ${needed} are needed.`;
    throw new JobFailure("scratch-full", { note });
  }
}
