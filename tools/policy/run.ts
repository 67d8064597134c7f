import { rules } from "../../policy/rules.ts";
import { policiesPage } from "../env.ts";
import { writeWhole } from "../steps.ts";
import { idleExemptions } from "./idle-exemptions.ts";
import { evaluateAll, type EvaluatedStack } from "./evaluate-stacks.ts";
import { markdownReport } from "./markdown-report.ts";
import type { PolicyOptions } from "./options.ts";
import { counted, plainReport, verdict } from "./plain-report.ts";
import { profileNotes } from "./profile-notes.ts";
import { readProfiles, type ProfileConfig } from "./profiles.ts";
import { isPassed, type StackReport } from "./report.ts";
import { sarifLog } from "./sarif.ts";
import type { Profile } from "./stacks.ts";

interface Results {
  readonly reports: readonly StackReport[];
  readonly notes: readonly string[];
}

function writeFiles({ sarif, markdown }: PolicyOptions, { reports, notes }: Results): void {
  const docs = policiesPage;
  if (sarif !== undefined) {
    writeWhole(sarif, `${JSON.stringify(sarifLog(reports, rules, docs), undefined, 2)}\n`);
  }
  if (markdown !== undefined) {
    writeWhole(
      markdown,
      markdownReport(reports, { notes, ...(docs === undefined ? {} : { docs }) }),
    );
  }
}

async function evaluateAloud(
  { sources, lanes, json }: PolicyOptions,
  binaries: string,
): Promise<EvaluatedStack[]> {
  // What a program reads from standard output holds nothing but JSON.
  const say = json ? console.error : console.log;
  const line = (name: string, text: string): void => {
    say(`  ${name.padEnd(10)}  ${text}`);
  };
  say(
    `Previewing ${counted(sources.length, "stack")} under ${rules.length} rules, ${lanes} at a time`,
  );
  return evaluateAll({
    sources,
    binaries,
    lanes,
    onStart: ({ name, file, profile }) => {
      line(name, `${file} under ${profile} …`);
    },
    onReport: (report) => {
      line(report.stack, `${verdict(report)}, in ${report.seconds.toFixed(1)} s`);
    },
  });
}

function notesOf(
  evaluated: readonly EvaluatedStack[],
  profiles: ReadonlyMap<Profile, ProfileConfig>,
): string[] {
  return profileNotes(evaluated, (profile, resources) =>
    idleExemptions(profiles.get(profile) ?? {}, resources),
  );
}

/** Checks the options and the profiles. The function that it returns evaluates the stacks; it is false unless all pass. */
export function policyRun(options: PolicyOptions): (binaries: string) => Promise<boolean> {
  const used = options.sources.map(({ profile }) => profile);
  const profiles = readProfiles(used, rules);
  return async (binaries) => {
    const evaluated = await evaluateAloud(options, binaries);
    const reports = evaluated.map(({ report }) => report);
    const notes = notesOf(evaluated, profiles);
    writeFiles(options, { reports, notes });
    const passed = isPassed(reports);
    const results = { passed, rules: rules.length, notes, stacks: reports };
    console.log(
      options.json ? JSON.stringify(results, undefined, 2) : `\n${plainReport(reports, notes)}`,
    );
    return passed;
  };
}
