import { readFile } from "node:fs/promises";
import { totalmem } from "node:os";

/** A decoder of 8K fills some 50 MB in this time. */
const lookMs = 100;

/** Resident bytes of a process by the kernel's `status` of it; nothing when it has ended. */
export function residentBytes(status: string): number | undefined {
  const [, kib] = /^VmRSS:\s+(\d+) kB$/m.exec(status) ?? [];
  return kib === undefined ? undefined : Number(kib) * 1024;
}

/**
 * Calls back once when a process holds more memory than this; returns what ends the watch. A limit
 * of the kernel on its data (RLIMIT_DATA) does not do: ffmpeg hangs where an allocation fails, and
 * stacks that its threads never touch count as much as pictures.
 */
export function watchMemory(pid: number, limitBytes: number, onExceeded: () => void): () => void {
  const look = async (): Promise<void> => {
    const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
    if ((residentBytes(status) ?? 0) <= limitBytes) return;
    clearInterval(timer);
    onExceeded();
  };
  const timer = setInterval(() => void look(), lookMs);
  return () => {
    clearInterval(timer);
  };
}

/** The worker itself, with the packets of a long film in its memory. */
const ownBytes = 256 * 1024 ** 2;

/** A second process looks at what the first one has made. */
const share = 0.9;

/** Bytes that the largest media process of one job may hold: below what has the kernel end the pod. */
export function mediaMemory(availableBytes: number, slots: number): number {
  return Math.floor(Math.max(ownBytes, (availableBytes - ownBytes) / slots) * share);
}

/** What the container may use, or the machine where it has no limit. */
export function availableMemory(): number {
  const constrained = process.constrainedMemory();
  return constrained > 0 ? Math.min(constrained, totalmem()) : totalmem();
}
