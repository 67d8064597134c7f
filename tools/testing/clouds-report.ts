import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { Type, type Static } from "typebox";
import { parseAs } from "../parse.ts";
import { own } from "../paths.ts";
import { writeWhole } from "../steps.ts";
import { markdownTable, plainTable, type Table } from "./tables.ts";

const Scenario = Type.Object({
  kind: Type.Literal("scenario"),
  stack: Type.String(),
  name: Type.String(),
  passed: Type.Boolean(),
  seconds: Type.Number(),
  seen: Type.String({ description: "What the scenario came to, in its own words" }),
});

const Preview = Type.Object({
  kind: Type.Literal("preview"),
  stack: Type.String(),
  resources: Type.Integer({ description: "To create, on a cloud where nothing is" }),
  seconds: Type.Number(),
});

const Placement = Type.Object({
  kind: Type.Literal("placement"),
  stack: Type.String(),
  workload: Type.String(),
  pods: Type.Integer(),
  expected: Type.String({ description: "Pools on which its pods may run" }),
  seen: Type.String({ description: "Pools on which they ran" }),
});

const Growth = Type.Object({
  kind: Type.Literal("growth"),
  stack: Type.String(),
  nodes: Type.Integer({ description: "GPU nodes of the stack" }),
  operation: Type.String(),
  seconds: Type.Number(),
});

/** One thing that a run over the simulated clouds has shown. */
export const Finding = Type.Union([Scenario, Preview, Placement, Growth]);
export type Finding = Static<typeof Finding>;

/** One finding a line, in the order in which they were made. */
const findingsFile = join(own, "test/clouds.jsonl");

export function forgetFindings(): void {
  rmSync(findingsFile, { force: true });
}

export function note(finding: Finding): void {
  mkdirSync(dirname(findingsFile), { recursive: true });
  appendFileSync(findingsFile, `${JSON.stringify(finding)}\n`);
}

export function readFindings(): Finding[] {
  if (!existsSync(findingsFile)) return [];
  return readFileSync(findingsFile, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => parseAs(Finding, JSON.parse(line), findingsFile));
}

function time(seconds: number): string {
  return `${seconds.toFixed(1)} s`;
}

const titles = {
  scenario: {
    title: "Scenarios",
    head: ["stack", "scenario", "result", "time", "seen"],
  },
  preview: {
    title: "First previews, without a cloud",
    head: ["stack", "resources", "time"],
  },
  placement: {
    title: "Workloads and pools",
    head: ["stack", "workload", "pods", "expected on", "seen on"],
  },
  growth: {
    title: "How times grow with the GPU nodes",
    head: ["stack", "GPU nodes", "operation", "time"],
  },
} as const satisfies Record<Finding["kind"], Omit<Table, "rows">>;

function rowOf(finding: Finding): string[] {
  switch (finding.kind) {
    case "scenario": {
      const { stack, name, passed, seconds, seen } = finding;
      return [stack, name, passed ? "passed" : "FAILED", time(seconds), seen];
    }
    case "preview":
      return [finding.stack, finding.resources.toString(), time(finding.seconds)];
    case "placement": {
      const { stack, workload, pods, expected, seen } = finding;
      return [stack, workload, pods.toString(), expected, seen];
    }
    case "growth": {
      const { stack, nodes, operation, seconds } = finding;
      return [stack, nodes.toString(), operation, time(seconds)];
    }
  }
}

function tablesOf(findings: readonly Finding[]): Table[] {
  return Object.entries(titles)
    .map(([kind, titled]) => ({
      ...titled,
      rows: findings.filter((finding) => finding.kind === kind).map(rowOf),
    }))
    .filter(({ rows }) => rows.length > 0);
}

/** For a terminal. */
export function plainReport(findings: readonly Finding[]): string {
  return tablesOf(findings).map(plainTable).join("\n\n");
}

/** The tables as Markdown and the findings as JSON, in a folder that somebody asked for. */
export function writeReport(folder: string, findings: readonly Finding[]): void {
  const text = tablesOf(findings).map(markdownTable).join("\n\n");
  writeWhole(join(folder, "clouds.md"), `# Runs over the simulated clouds\n\n${text}\n`);
  writeWhole(join(folder, "clouds.json"), `${JSON.stringify(findings, undefined, 2)}\n`);
}
