import { readFileSync } from "node:fs";

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return ""; // it ended meanwhile
  }
}

/** Needs CONFIG_PROC_CHILDREN, which distributions set. */
function childrenOf(pid: number): number[] {
  const direct = read(`/proc/${pid}/task/${pid}/children`).split(" ").filter(Boolean).map(Number);
  return direct.flatMap((child) => [child, ...childrenOf(child)]);
}

function peakBytes(pid: number): number {
  const [, kib] = /^VmHWM:\s+(\d+) kB/m.exec(read(`/proc/${pid}/status`)) ?? [];
  return Number(kib ?? 0) * 1024;
}

const watchMs = 50;

/** What processes took of the memory at most. */
export interface Peaks {
  /** Of the media processes of one moment together. */
  readonly mediaBytes: number;
  readonly workerBytes: number;
}

/** Looks at a worker and what it has started until it is stopped. */
export function watchMemory(pid: number): { readonly stop: () => Peaks } {
  let mediaBytes = 0;
  const look = (): void => {
    const all = childrenOf(pid).reduce((sum, child) => sum + peakBytes(child), 0);
    mediaBytes = Math.max(mediaBytes, all);
  };
  const timer = setInterval(look, watchMs);
  return {
    stop: () => {
      clearInterval(timer);
      return { mediaBytes, workerBytes: peakBytes(pid) };
    },
  };
}
