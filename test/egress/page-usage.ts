import { readFileSync } from "node:fs";
import type { WebRecorder } from "../support/egress/web-container.ts";

const kinds = ["Xvfb", "pulseaudio", "ffmpeg", "chromium", "recorder.ts", "main.ts"] as const;
type Kind = (typeof kinds)[number];

/** Linux counts them so on every machine (`getconf CLK_TCK`). */
const ticksPerSecond = 100;

/** Of user and kernel, with the children that have ended. */
export function cpuSecondsOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
    return ticks / ticksPerSecond;
  } catch {
    // It has ended since it was listed.
    return 0;
  }
}

/** CPU and memory of a recorder's processes, by what they are. */
function usage(recorder: WebRecorder): Map<Kind, { cpuSeconds: number; residentMiB: number }> {
  const sums = new Map(kinds.map((kind) => [kind, { cpuSeconds: 0, residentMiB: 0 }]));
  for (const { pid, command, residentMiB } of recorder.processes()) {
    const kind = kinds.find((one) => command.includes(one));
    const sum = kind && sums.get(kind);
    if (sum === undefined) continue;
    sum.cpuSeconds += cpuSecondsOf(pid);
    sum.residentMiB += residentMiB;
  }
  return sums;
}

export interface Used {
  /** Cores of each kind while something went on, and its memory at the end, in words. */
  readonly words: string;
  /** Of all kinds. */
  readonly cores: number;
  readonly cpuSeconds: number;
}

/** What recorders use while something goes on. */
export async function usedBy(
  recorders: readonly WebRecorder[],
  work: () => Promise<unknown>,
): Promise<Used[]> {
  const before = recorders.map(usage);
  const from = performance.now();
  await work();
  const wall = (performance.now() - from) / 1000;
  return recorders.map((recorder, n) => {
    const rows = [...usage(recorder)].map(([kind, { cpuSeconds, residentMiB }]) => ({
      ...{ kind, residentMiB },
      cpuSeconds: cpuSeconds - (before[n]?.get(kind)?.cpuSeconds ?? 0),
    }));
    const cpuSeconds = rows.reduce((sum, row) => sum + row.cpuSeconds, 0);
    const words = rows
      .map(
        (row) => `${row.kind} ${(row.cpuSeconds / wall).toFixed(2)} cores ${row.residentMiB} MiB`,
      )
      .join(", ");
    return { words, cpuSeconds, cores: cpuSeconds / wall };
  });
}
