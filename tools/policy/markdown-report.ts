import { markdownTable } from "../testing/tables.ts";
import type { GoldenChange, GoldenDifference } from "./golden-difference.ts";
import { conclusion, stackHead, stackRow } from "./plain-report.ts";
import { grouped, type Grouped, type StackReport } from "./report.ts";

/** By this line the workflow finds its comment again, to write it anew instead of adding one. */
export const commentMark = "<!-- framewright policy report -->";

/** GitHub refuses a longer comment. */
const longestComment = 65_536;
/** Room for the lines that say that something is left out. */
const longestReport = longestComment - 1_000;
/** How much of one stack's changes, and of one resource's, a person reads. */
const mostChanges = 60;
const mostFields = 8;
/** How long the table of violations may be, so that the rest of the report still has room. */
const longestTable = 36_000;

function code(text: string): string {
  return `\`${text.replaceAll("`", "'")}\``;
}

function plain(text: string): string {
  return text.replaceAll("<", "&lt;").replaceAll("@", "@\u200b");
}

function row({ rule, severity, level, resource, problem, fix, stacks }: Grouped): string[] {
  return [code(rule), severity, level, stacks.join(", "), resource, problem, fix].map(plain);
}

function violations(reports: readonly StackReport[]): string[] {
  const groups = grouped(reports);
  if (groups.length === 0) return [];
  const head = ["rule", "severity", "level", "stacks", "resource", "what", "fix"];
  const all = groups.map(row);
  const rows = all.slice(0, rowsWithin(all, longestTable));
  const table = markdownTable({ title: "Violations", head, rows });
  const left = all.length - rows.length;
  return left === 0 ? [table] : [table, `And ${left} more: \`npm run policy\` shows all of them.`];
}

/** How many of the rows, from the first, are together no longer than that. */
function rowsWithin(rows: readonly (readonly string[])[], longest: number): number {
  let length = 0;
  const last = rows.findIndex((cells) => {
    length += cells.join(" | ").length + 5;
    return length > longest;
  });
  return last === -1 ? rows.length : last;
}

function failures(reports: readonly StackReport[]): string[] {
  return reports.flatMap(({ stack, failure }) =>
    failure === undefined
      ? []
      : [`## ${stack} was not judged to the end`, `~~~text\n${failure.slice(0, 4_000)}\n~~~`],
  );
}

function atMost(lines: readonly string[], most: number): readonly string[] {
  return lines.length <= most
    ? lines
    : [...lines.slice(0, most), `- and ${lines.length - most} more`];
}

function change({ kind, what, fields }: GoldenChange): string {
  const told = atMost(
    fields.map((field) => `- ${code(field)}`),
    mostFields,
  );
  return [`- ${kind} ${code(what)}`, ...told.map((line) => `  ${line}`)].join("\n");
}

function counted(changes: readonly GoldenChange[]): string {
  const kinds = ["added", "changed", "removed"] as const;
  return kinds
    .map((kind) => [kind, changes.filter((one) => one.kind === kind).length] as const)
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => `${count} ${kind}`)
    .join(", ");
}

function details({ stack, changes }: GoldenDifference): string {
  const lines = atMost(changes.map(change), mostChanges);
  const summary = `<summary>${stack}: ${counted(changes)}</summary>`;
  return ["<details>", summary, "", ...lines, "", "</details>"].join("\n");
}

function golden(differences: readonly GoldenDifference[]): string[] {
  const changed = differences.filter(({ changes }) => changes.length > 0);
  const title = "## What this changes in our stacks";
  if (changed.length === 0) return [title, "Nothing: the golden files are the same."];
  return [title, ...changed.map(details)];
}

/** For a comment on a pull request, and for the summary of a job. */
export function markdownReport(
  reports: readonly StackReport[],
  differences?: readonly GoldenDifference[],
): string {
  const stacks = markdownTable({ title: "Stacks", head: stackHead, rows: reports.map(stackRow) });
  const parts = [
    commentMark,
    `# Policies`,
    `**${conclusion(reports)}**`,
    ...failures(reports),
    stacks,
    ...violations(reports),
    ...(differences === undefined ? [] : golden(differences)),
  ];
  return `${shortened(parts)}\n`;
}

/** Whole parts, as many as fit: half a table or an open fold would break what follows. */
function shortened(parts: readonly string[]): string {
  let text = "";
  for (const part of parts) {
    if (text.length + part.length > longestReport) {
      return `${text}\n\nThe rest is too long for here: run \`npm run policy\`, and \`git diff\` on \`test/golden\`.`;
    }
    text += text === "" ? part : `\n\n${part}`;
  }
  return text;
}

/**
 * A report that is short enough for a comment, whoever has written it. Said at the beginning, because what is cut may
 * be in the middle of a fold.
 */
export function fitted(report: string): string {
  if (report.length <= longestComment) return report;
  const rest = report.slice(commentMark.length, longestReport);
  const end = rest.lastIndexOf("\n");
  const note = "The report is too long for a comment; all of it is in the summary of the checks.";
  return `${commentMark}\n\n_${note}_${(end > 0 ? rest.slice(0, end) : rest).toWellFormed()}\n`;
}
