import { rules } from "../../policy/rules.ts";
import { writeWhole } from "../steps.ts";
import { goldenDifferences } from "./golden-difference.ts";
import { judgeAll } from "./judge.ts";
import { markdownReport } from "./markdown-report.ts";
import type { PolicyOptions } from "./options.ts";
import { plainReport, stackRow } from "./plain-report.ts";
import { isPassed, type StackReport } from "./report.ts";
import { sarifLog } from "./sarif.ts";

async function writeFiles(options: PolicyOptions, reports: readonly StackReport[]): Promise<void> {
  const { sarif, markdown, base } = options;
  if (sarif !== undefined) {
    writeWhole(sarif, `${JSON.stringify(sarifLog(reports, rules), undefined, 2)}\n`);
  }
  if (markdown === undefined) return;
  const differences = base === undefined ? undefined : await goldenDifferences(base);
  writeWhole(markdown, markdownReport(reports, differences));
}

/** Judges the stacks that were asked for and reports; false unless all of them pass. */
export async function runPolicies(options: PolicyOptions, binaries: string): Promise<boolean> {
  const { sources, lanes, json } = options;
  // What a program reads from standard output holds nothing but JSON.
  const say = json ? console.error : console.log;
  const names = sources.map(({ name }) => name).join(", ");
  say(`Previewing ${names} under ${rules.length} rules, ${lanes} at a time`);
  const reports = await judgeAll({
    sources,
    binaries,
    lanes,
    onReport: (report) => {
      const [name = "", ...cells] = stackRow(report);
      say(`  ${name.padEnd(10)}  ${cells.join("  ")}`);
    },
  });
  await writeFiles(options, reports);
  const passed = isPassed(reports);
  const told = { passed, rules: rules.length, stacks: reports };
  console.log(json ? JSON.stringify(told, undefined, 2) : `\n${plainReport(reports)}`);
  return passed;
}
