import { seed002 } from "./seed-002.ts";
import { seed003 } from "./seed-003.ts";
import { seed004 } from "./seed-004.ts";
import { later } from "./later.ts";
import type { SeedRow, Topic } from "./row.ts";

export const seedRows: readonly SeedRow[] = [...seed002, ...seed003, ...seed004].flatMap(({ rows }) => rows);

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

function topicOf({ title, reason, rows }: Topic): string[] {
  const cells = rows.map((row) => [
    cell(row.figure),
    code(row.source),
    placeOf(row),
    cell(row.note ?? ""),
  ]);
  const head = ["figure", "key or constant", "where it shows", "note"];
  return [`### ${title}`, "", reason, "", ...table(head, cells), ""];
}

/** The page docs/seeds.md. */
export function renderSeeds(): string {
  const open = later.map(({ seed, figure, part }) => [seed, cell(figure), part]);
  return [
    "# Where the default figures come from",
    "",
    "The platform grew from five requirement documents, which comments call seeds: 000 and 001 (remote transcoding",
    "workers), 002 (production platform), 003 (RTC egress) and 004 (GPU infrastructure). This page lists every figure",
    "of 002 and 004, and those of 003 that are of the webhook sender, with its reason, the config key or file that holds",
    "it, and where it shows in a golden file of `test/golden/`. A test reads the value there. The figures of 003 for recorders",
    "are the defaults of `egress`, which no golden file has on; `test/services/egress/egress.test.ts` holds them: 3 to 10 pods, CPU",
    "70 %, memory 80 %, up by 50 % or 2 pods, down by 25 % or one pod after five minutes, 500m and 512Mi to 2 and 2Gi, and",
    "port 8182. Its `active tasks per pod > 20` can't be reached by pods of 4 recordings; used slots (70 %) take its place.",
    "Its 6 web recorders are `egress.web.replicas` (`test/services/egress/web-recorders.test.ts`), of 2 CPU and 2Gi in place of 200m to 1 and 256Mi to",
    "1Gi, which hold no browser. Its 6 pods of web dispatch have no counterpart: a recorder of pages takes its tasks from the API itself, under a lease.",
    "",
    "## Production platform (seed 002)",
    "",
    ...seed002.flatMap(topicOf),
    "## Webhook sender (seed 003)",
    "",
    ...seed003.flatMap(topicOf),
    "## GPU infrastructure (seed 004)",
    "",
    ...seed004.flatMap(topicOf),
    "## Figures that no infrastructure holds yet",
    "",
    "They belong to parts that do not exist yet (KEDA, monitoring, backups, runbooks), are claims to be measured, or are",
    "examples of manual use.",
    "",
    ...table(["seed", "figure", "part"], open),
    "",
    "This page is rendered from `test/golden/seeds/` by `npm run golden:update`; a test compares the two.",
    "",
  ].join("\n");
}
