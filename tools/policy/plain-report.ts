import { plainTable } from "../testing/tables.ts";
import { placeText } from "./places.ts";
import {
  byRule,
  grouped,
  isPassed,
  type Grouped,
  type RuleGroup,
  type StackReport,
} from "./report.ts";

/** What one stack came to, in a few words. */
export function verdict({ violations, failure }: StackReport): string {
  if (failure !== undefined) return "not evaluated";
  const refused = violations.filter(({ level }) => level === "mandatory").length;
  const advice = violations.length - refused;
  if (refused > 0) return `refused (${refused} mandatory, ${advice} advisory)`;
  return advice > 0 ? `passed (${advice} advisory)` : "passed";
}

export const stackHead = ["stack", "profile", "resources", "result", "time"];

export function stackRow(report: StackReport): string[] {
  const { stack, profile, resources, seconds } = report;
  return [stack, profile, resources.toString(), verdict(report), `${seconds.toFixed(1)} s`];
}

/** Which stacks something is about: all that were evaluated, or their names. */
export function stacksText(stacks: readonly string[], all: number): string {
  return stacks.length === all && all > 1 ? "all stacks" : stacks.join(", ");
}

function item({ resource, problem, places, stacks }: Grouped, all: number): string {
  const where = [placeText(places), stacksText(stacks, all)].filter((one) => one !== undefined);
  return [`  - ${resource}: ${problem}`, `    ${where.join(" · ")}`].join("\n");
}

/** What to do is said once, however many resources it is about. */
function block(group: RuleGroup, all: number): string {
  const { rule, level, severity, title, fix, violations } = group;
  return [
    `${severity}  ${rule}  ${level}${title === "" ? "" : `: ${title}`}`,
    ...(fix === "" ? [] : [`  fix:   ${fix}`]),
    `  about: docs/policies.md#${rule}`,
    ...violations.map((violation) => item(violation, all)),
  ].join("\n");
}

function exempting(reports: readonly StackReport[]): string {
  const refused = reports.filter(({ violations }) => violations.length > 0);
  const profiles = new Set(refused.map(({ profile }) => `policy/profiles/${profile}.json`));
  return [
    `Where a rule is wrong about something, exempt that one thing with a reason, in ${[...profiles].join(" and ")}:`,
    "docs/policies.md#how-to-exempt",
  ].join("\n");
}

function violationParts(reports: readonly StackReport[]): string[] {
  const groups = byRule(reports);
  if (groups.length === 0) return [];
  return ["Violations", ...groups.map((group) => block(group, reports.length)), exempting(reports)];
}

function failures(reports: readonly StackReport[]): string[] {
  return reports.flatMap(({ stack, failure }) =>
    failure === undefined ? [] : [`${stack} was not evaluated to the end:\n${failure}`],
  );
}

export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

/** Each violation counts once, in however many stacks it is. */
export function conclusion(reports: readonly StackReport[]): string {
  const violations = grouped(reports);
  const mandatory = violations.filter(({ level }) => level === "mandatory").length;
  const advice = violations.length - mandatory;
  const failed = reports.filter(({ failure }) => failure !== undefined).length;
  const refused = reports.filter((report) => !isPassed([report])).length - failed;
  const of = (count: number): string => `${count} of ${counted(reports.length, "stack")}`;
  const counts = `${mandatory} mandatory and ${advice} advisory violations`;
  if (isPassed(reports)) return `Passed: ${counted(reports.length, "stack")}, ${counts}`;
  if (refused === 0) return `Not evaluated to the end: ${of(failed)}, ${counts}`;
  const lost = failed > 0 ? `, ${failed} not evaluated to the end` : "";
  return `Refused: ${of(refused)}, ${counts}${lost}`;
}

/** For a terminal; `notes` are about the profiles. */
export function plainReport(
  reports: readonly StackReport[],
  notes: readonly string[] = [],
): string {
  const table = plainTable({ title: "Stacks", head: stackHead, rows: reports.map(stackRow) });
  const noted =
    notes.length === 0 ? [] : [["Notes", ...notes.map((one) => `  - ${one}`)].join("\n")];
  const parts = [table, ...violationParts(reports), ...noted, ...failures(reports)];
  return [...parts, conclusion(reports)].join("\n\n");
}
