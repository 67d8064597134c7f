import { markdownTable } from "../testing/tables.ts";
import { code, cut, plain, withRest } from "./markdown-text.ts";
import { placeText } from "./places.ts";
import { conclusion, stackHead, stackRow, stacksText } from "./plain-report.ts";
import { byRule, type Grouped, type RuleGroup, type StackReport } from "./report.ts";

/** GitHub refuses a comment of more than 65,536 characters. */
const longestViolations = 50_000;
/** How many violations of one rule a person reads here, and how much of one message. */
const mostItems = 25;
const longestProblem = 600;

/** What stands beside the stacks. */
export interface MarkdownRest {
  /** About the profiles. */
  readonly notes?: readonly string[];
  /** Address of docs/policies.md, where it has one. */
  readonly docs?: string;
}

function item({ resource, problem, places, stacks }: Grouped, all: number): string {
  const place = placeText(places);
  const where = [...(place === undefined ? [] : [code(place)]), stacksText(stacks, all)];
  return `- **${plain(resource)}**: ${plain(cut(problem, longestProblem))}<br>${where.join(" · ")}`;
}

function section(group: RuleGroup, all: number, docs: string | undefined): string {
  const { rule, level, severity, title, fix, violations } = group;
  const about = docs === undefined ? "" : ` [About this rule](${docs}#${rule}).`;
  const remedy = fix === "" ? "" : `**Fix**: ${plain(fix)}.`;
  const left = violations.length - mostItems;
  return [
    `### ${code(rule)}: ${title === "" ? "" : `${plain(title)} `}(${severity}, ${level})`,
    "",
    `${remedy}${about}`.trim(),
    "",
    ...violations.slice(0, mostItems).map((violation) => item(violation, all)),
    ...(left > 0 ? [`- and ${left} more: \`npm run policy\` shows them`] : []),
  ].join("\n");
}

function violations(reports: readonly StackReport[], docs: string | undefined): string[] {
  const groups = byRule(reports);
  if (groups.length === 0) return [];
  const sections = groups.map((group) => section(group, reports.length, docs));
  const shown = withRest(
    sections,
    longestViolations,
    (left) => `And violations of ${left} more rules: \`npm run policy\` shows them.`,
  );
  const page =
    docs === undefined ? "`docs/policies.md`" : `[docs/policies.md](${docs}#how-to-exempt)`;
  const exempting = `Where a rule is wrong about something, exempt that one thing with a reason: ${page} says how.`;
  return ["## Violations", ...shown, exempting];
}

function failures(reports: readonly StackReport[]): string[] {
  return reports.flatMap(({ stack, failure }) =>
    failure === undefined
      ? []
      : [`## ${stack} was not evaluated to the end`, `~~~text\n${failure.slice(0, 4_000)}\n~~~`],
  );
}

/** For a comment on a pull request, and for the summary of a job. */
export function markdownReport(reports: readonly StackReport[], rest: MarkdownRest = {}): string {
  const { notes = [], docs } = rest;
  const stacks = markdownTable({ title: "Stacks", head: stackHead, rows: reports.map(stackRow) });
  const parts = [
    "# Policies",
    `**${conclusion(reports)}**`,
    ...failures(reports),
    stacks,
    ...violations(reports, docs),
    ...(notes.length === 0 ? [] : ["## Notes", notes.map((one) => `- ${plain(one)}`).join("\n")]),
  ];
  return `${parts.join("\n\n")}\n`;
}
