import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";

/** What a figure depends on beside the code. */
export function aboutMachine() {
  return { cores: cpus().length, cpu: cpus()[0]?.model, node: process.version, load: loadavg() };
}

/** How loaded the machine is while something is measured, for a line of its output. */
export function loadNow(): string {
  return loadavg()[0]?.toFixed(1) ?? "?";
}

/** @param share 0.5 is the median */
export function percentile(figures: readonly number[], share: number): number {
  const sorted = figures.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export function median(figures: readonly number[]): number {
  return percentile(figures, 0.5);
}

/** CPU time of all threads, in nanoseconds of the scheduler: the usual count of ticks is as coarse as ten requests. */
export function cpuMsOf(pid: number | undefined): number {
  const tasks = `/proc/${String(pid)}/task`;
  const nanoseconds = readdirSync(tasks).map((task) =>
    Number(readFileSync(join(tasks, task, "schedstat"), "utf8").split(" ")[0]),
  );
  return nanoseconds.reduce((sum, one) => sum + one, 0) / 1e6;
}

const msPerTick = 10;

/** CPU time of a process with its ended children, which the scheduler's finer count leaves out. */
export function treeCpuMsOf(pid: number | "self" | undefined): number {
  const stat = readFileSync(`/proc/${String(pid)}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields.slice(11, 15).reduce((ticks, field) => ticks + Number(field), 0) * msPerTick;
}

/** Keeps a benchmark's figures as `.framewright/bench/<name>.json`. */
export function writeFigures(name: string, figures: object): void {
  const folder = join(import.meta.dirname, "../.framewright/bench");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.json`), JSON.stringify(figures, null, 2));
}
