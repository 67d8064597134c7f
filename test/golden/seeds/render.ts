import { seed002 } from "./seed-002.ts";
import { seed004 } from "./seed-004.ts";
import { later } from "./later.ts";
import type { SeedRow } from "./row.ts";

export const seedRows: readonly SeedRow[] = [...seed002, ...seed004];

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}

function code(text: string): string {
  return `\`${cell(text)}\``;
}

/** A table as the formatter would leave it: columns as wide as their widest cell. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((cells) => cells[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((text, column) => text.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)];
}

function placeOf({ shown: { golden, resource, path } }: SeedRow): string {
  const [type = "", name = ""] = resource.split("::");
  return `${golden}: ${type.split(":").at(-1) ?? ""} ${name}, ${code(path)}`;
}

function sectionOf(seed: SeedRow["seed"], title: string): string[] {
  const rows = seedRows
    .filter((row) => row.seed === seed)
    .map((row) => [cell(row.figure), code(row.source), placeOf(row), cell(row.note ?? "")]);
  return [
    `## ${title}`,
    "",
    ...table(["figure", "key or constant", "where it shows", "note"], rows),
    "",
  ];
}

/** The page docs/seeds.md. */
export function renderSeeds(): string {
  const open = later.map(({ seed, figure, part }) => [seed, cell(figure), part]);
  return [
    "# Figures of the seeds",
    "",
    "Every figure of seed 002 (production readiness) and seed 004 (GPU infrastructure): the config key or the file that",
    "holds it, and where it shows in a golden file of `test/golden/`. A test reads the value there.",
    "",
    ...sectionOf("002", "Seed 002"),
    ...sectionOf("004", "Seed 004"),
    "## Not in the infrastructure yet, or never",
    "",
    "Figures of parts that are still to come, claims that are to be measured, and examples of use.",
    "",
    ...table(["seed", "figure", "part"], open),
    "",
    "This page is rendered from `test/golden/seeds/` by `npm run golden:update`; a test compares the two.",
    "",
  ].join("\n");
}
