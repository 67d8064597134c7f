import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";

/** What a figure depends on beside the code. */
export function aboutMachine() {
  return { cores: cpus().length, cpu: cpus()[0]?.model, node: process.version, load: loadavg() };
}

export function median(figures: readonly number[]): number {
  return figures.toSorted((a, b) => a - b)[Math.floor(figures.length / 2)] ?? Number.NaN;
}

/** Keeps a benchmark's figures as `.framewright/bench/<name>.json`. */
export function writeFigures(name: string, figures: object): void {
  const folder = join(import.meta.dirname, "../.framewright/bench");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.json`), JSON.stringify(figures, null, 2));
}
