import { readFileSync } from "node:fs";

const clockTicks = 100;

function cpuOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / clockTicks;
}

function mostMiBOf(pid: number): number {
  const [, kib] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Math.round(Number(kib) / 1024);
}

export interface Cost {
  /** Of the process and its children that have ended. */
  readonly cpuSeconds: number;
  /** Resident at most since it was started. */
  readonly mostMiB: number;
}

/** What a process has cost since a moment: call it at that moment, and what it returns at the end. */
export function costSince(pid: number): () => Cost {
  const before = cpuOf(pid);
  return () => ({ cpuSeconds: cpuOf(pid) - before, mostMiB: mostMiBOf(pid) });
}
