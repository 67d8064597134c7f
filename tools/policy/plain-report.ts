import { plainTable } from "../testing/tables.ts";
import { grouped, isPassed, type Grouped, type StackReport } from "./report.ts";

/** What one stack came to, in a few words. */
function verdict({ violations, failure }: StackReport): string {
  if (failure !== undefined) return "not judged";
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

/** A violation over three lines: its remedy is a sentence, too long for a column of a terminal. */
function block({ level, severity, rule, resource, problem, fix, stacks }: Grouped): string {
  const remedy = fix === "" ? [] : [`    fix   ${fix}`];
  return [
    `  ${level.padEnd(9)}  ${severity.padEnd(8)}  ${rule}  ${resource}  (${stacks.join(", ")})`,
    `    what  ${problem}`,
    ...remedy,
  ].join("\n");
}

function failures(reports: readonly StackReport[]): string[] {
  return reports.flatMap(({ stack, failure }) =>
    failure === undefined ? [] : [`${stack} was not judged to the end:\n${failure}`],
  );
}

export function conclusion(reports: readonly StackReport[]): string {
  const violations = reports.flatMap((report) => report.violations);
  const refused = violations.filter(({ level }) => level === "mandatory").length;
  const failed = reports.filter(({ failure }) => failure !== undefined).length;
  const stacks = `${reports.length} ${reports.length === 1 ? "stack" : "stacks"}`;
  const counts = `${refused} mandatory and ${violations.length - refused} advisory violations`;
  const lost = failed > 0 ? `, ${failed} not judged` : "";
  return `${isPassed(reports) ? "Passed" : "Refused"}: ${stacks}, ${counts}${lost}`;
}

/** For a terminal. */
export function plainReport(reports: readonly StackReport[]): string {
  const table = plainTable({ title: "Stacks", head: stackHead, rows: reports.map(stackRow) });
  const groups = grouped(reports);
  const violations = groups.length === 0 ? [] : [["Violations", ...groups.map(block)].join("\n")];
  return [table, ...violations, ...failures(reports), conclusion(reports)].join("\n\n");
}
