import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { reportFolder } from "../../../tools/env.ts";
import { markdownTable } from "../../../tools/testing/tables.ts";

/** Whether a workload may run on a pool, and whether it did. */
export interface Cell {
  readonly workload: string;
  readonly pool: string;
  readonly expected: boolean;
  readonly seen: boolean;
}

function text({ expected, seen }: Cell): string {
  const word = seen ? "runs" : "-";
  return expected === seen ? word : `${word}, expected ${expected ? "to run" : "not to"}`;
}

/** Writes the matrix of a stack as a table, where somebody asks for reports. */
export function reportMatrix(stack: string, cells: readonly Cell[]): void {
  if (reportFolder === undefined) return;
  const pools = [...new Set(cells.map(({ pool }) => pool))];
  const rows = Object.entries(Object.groupBy(cells, ({ workload }) => workload)).map(
    ([workload, mine = []]) => [
      workload,
      ...pools.map((pool) =>
        mine
          .filter((cell) => cell.pool === pool)
          .map(text)
          .join(),
      ),
    ],
  );
  mkdirSync(reportFolder, { recursive: true });
  const table = markdownTable({
    title: `Scheduling on ${stack}`,
    head: ["workload", ...pools],
    rows,
  });
  writeFileSync(path.join(reportFolder, `scheduling-${stack}.md`), `${table}\n`);
}
