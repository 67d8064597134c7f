import type { Check, Finding } from "./check.ts";
import { needsSomebody, type Result } from "./examine.ts";

const nameWidth = 18;

const said = {
  fine: "fine",
  "not here": "nothing to look at",
  unknown: "could not be looked at",
} as const;

function findingLines({ level, what, meaning, remedy, runbook }: Finding): string[] {
  return [
    `    ${level === "problem" ? "✗" : "·"} ${what}`,
    `        ${meaning}`,
    `        do: ${remedy}`,
    ...(runbook === undefined ? [] : [`        see docs/runbooks/${runbook}.md`]),
  ];
}

/** The end of a chain of causes is where it begins. */
const longest = 200;

function shortened(reason: string): string {
  return reason.length <= longest ? reason : `… ${reason.slice(-longest)}`;
}

function verdictOf({ verdict, findings, reason }: Result): string {
  if (verdict === "findings") {
    const problems = findings.filter(({ level }) => level === "problem").length;
    const hints = findings.length - problems;
    return [
      ...(problems > 0 ? [`${problems} problem${problems > 1 ? "s" : ""}`] : []),
      ...(hints > 0 ? [`${hints} hint${hints > 1 ? "s" : ""}`] : []),
    ].join(", ");
  }
  return reason === undefined ? said[verdict] : `${said[verdict]}: ${shortened(reason)}`;
}

/** A check's line as it begins; the result follows on the same line. */
export function beginning({ name, looksAt }: Check): string {
  return `  ${name.padEnd(nameWidth)} ${looksAt} ... `;
}

export function ending(result: Result): string {
  return [verdictOf(result), ...result.findings.flatMap(findingLines)].join("\n");
}

export function summary(results: readonly Result[]): string {
  const all = results.flatMap(({ findings }) => findings);
  const problems = all.filter(({ level }) => level === "problem").length;
  const unknown = results.filter(({ verdict }) => verdict === "unknown").length;
  const hints = all.length - problems;
  if (!needsSomebody(results)) {
    return hints === 0 ? "Nothing is wrong." : `Nothing is wrong; ${hints} hints above.`;
  }
  const parts = [
    ...(problems > 0 ? [`${problems} problem${problems > 1 ? "s" : ""}`] : []),
    ...(unknown > 0 ? [`${unknown} checks that could not be made`] : []),
  ];
  return `${parts.join(" and ")}. Begin with the first: what is below often follows from it.`;
}
