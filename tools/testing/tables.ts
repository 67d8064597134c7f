import { oneLine } from "../text.ts";

/** Rows of text under a title. */
export interface Table {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** With columns as wide as their widest cell. */
export function plainTable({ title, head, rows }: Table): string {
  const lines = [head, ...rows].map((row) => row.map(oneLine));
  const widths = head.map((_, column) => Math.max(...lines.map((row) => row[column]?.length ?? 0)));
  const padded = lines.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)));
  return [title, ...padded.map((row) => `  ${row.join("  ")}`.trimEnd())].join("\n");
}

export function markdownTable({ title, head, rows }: Table): string {
  const cell = (text: string): string => oneLine(text).replaceAll("|", "\\|");
  const line = (row: readonly string[]): string => `| ${row.map(cell).join(" | ")} |`;
  return [`## ${title}`, "", line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
