import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { kinds } from "./hostile.ts";
import type { Ending } from "./lane.ts";

const folder = join(import.meta.dirname, "../../../.framewright/test");

function largest(endings: readonly Ending[], of: (one: Ending) => number): Ending | undefined {
  return endings.toSorted((a, b) => of(b) - of(a))[0];
}

function mib(bytes: number): number {
  return Math.round(bytes / 1024 ** 2);
}

interface Run {
  readonly endings: readonly Ending[];
  readonly canaryHits: () => number;
}

/** What a run came to, for people and as JSON in `.framewright/test/corpus-figures.json`. */
export function printSummary({ endings, canaryHits }: Run): void {
  const hungriest = largest(endings, ({ mediaBytes }) => mediaBytes);
  const longest = largest(endings, ({ seconds }) => seconds);
  const worker = largest(endings, ({ workerBytes }) => workerBytes);
  const passed = endings.filter(({ findings }) => findings.length === 0);
  const ends = Map.groupBy(endings, ({ end }) => end);
  const summary = {
    cases: endings.length,
    passed: passed.length,
    canaryHits: canaryHits(),
    peakMediaMiB: mib(hungriest?.mediaBytes ?? 0),
    peakMediaCase: hungriest?.name,
    peakWorkerMiB: mib(worker?.workerBytes ?? 0),
    longestSeconds: Math.round(10 * (longest?.seconds ?? 0)) / 10,
    longestCase: longest?.name,
    kinds: Object.fromEntries(
      kinds.map((kind) => [kind, endings.filter((one) => one.kind === kind).length]),
    ),
    ends: Object.fromEntries([...ends].map(([end, list]) => [end, list.length])),
  };
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, "corpus-figures.json"),
    JSON.stringify({ ...summary, endings }, undefined, 2),
  );
  const lines = Object.entries(summary).map(
    ([key, value]) =>
      `  ${key.padEnd(16)} ${typeof value === "object" ? JSON.stringify(value) : String(value)}`,
  );
  console.log(["Corpus of hostile files", ...lines].join("\n"));
}
