import type { GoldenChange, GoldenDifference } from "./golden-difference.ts";
import { code, withRest } from "./markdown-text.ts";

/** How much of one resource's changes a person reads. */
const mostFields = 8;
/** How much of one stack's changes. */
const longestStack = 12_000;

function change({ kind, what, fields }: GoldenChange): string {
  const told = fields.slice(0, mostFields).map((field) => `  - ${code(field)}`);
  const left = fields.length - told.length;
  const rest = left > 0 ? [`  - and ${left} more`] : [];
  return [`- ${kind} ${code(what)}`, ...told, ...rest].join("\n");
}

function counted(changes: readonly GoldenChange[]): string {
  const kinds = ["added", "changed", "removed"] as const;
  return kinds
    .map((kind) => [kind, changes.filter((one) => one.kind === kind).length] as const)
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => `${count} ${kind}`)
    .join(", ");
}

function details({ stack, changes }: GoldenDifference, longest: number): string {
  const lines = withRest(
    changes.map(change),
    longest,
    (left) => `- and ${left} more: ${code("git diff")} on ${code(`test/golden/${stack}.json`)}`,
  );
  const summary = `<summary>${stack}: ${counted(changes)}</summary>`;
  return ["<details>", summary, "", ...lines, "", "</details>"].join("\n");
}

/** Every stack that changes has its fold, and with it the count, however little of it there is room for. */
export function goldenParts(
  differences: readonly GoldenDifference[],
  longest: number,
): readonly string[] {
  const changed = differences.filter(({ changes }) => changes.length > 0);
  const title = "## What this changes in our stacks";
  if (changed.length === 0) return [title, "Nothing: the golden files are the same."];
  const each = Math.min(longestStack, Math.floor(longest / changed.length) - 300);
  return [title, ...changed.map((difference) => details(difference, each))];
}
