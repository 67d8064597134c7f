import type { Asked } from "./checks.ts";
import type { Outcome } from "./outcome.ts";

export interface Report {
  readonly url: string;
  readonly service: string;
  readonly dialect: string;
  readonly conforms: boolean;
  readonly outcomes: readonly Outcome[];
}

export function reportOf(asked: Asked, outcomes: readonly Outcome[]): Report {
  const { url, service, dialect } = asked;
  const conforms = outcomes.every(({ status }) => status !== "failed");
  return { url, service, dialect, conforms, outcomes };
}

function count(outcomes: readonly Outcome[], status: Outcome["status"]): number {
  return outcomes.filter((outcome) => outcome.status === status).length;
}

/** For people: one line for what was asked, one for what came. */
export function readable({ url, service, dialect, conforms, outcomes }: Report): string {
  const lines = outcomes.flatMap(({ name, asked, status, came, ms }) => {
    const time = ms === undefined ? "" : `${ms} ms`;
    return [
      `  ${status.padEnd(7)} ${name.padEnd(11)} ${time.padStart(9)}   ${asked}`,
      `${" ".repeat(34)}${came}`,
    ];
  });
  const gaps = count(outcomes, "gap");
  const figures = [
    `${count(outcomes, "passed")} passed`,
    `${gaps} known ${gaps === 1 ? "gap" : "gaps"}`,
    `${count(outcomes, "failed")} failed`,
  ];
  const verdict = conforms ? "can be used" : "cannot be used as it is";
  return [
    `${service} at ${url}, dialect ${dialect}`,
    "",
    ...lines,
    "",
    `${figures.join(", ")}: it ${verdict}.`,
  ].join("\n");
}
