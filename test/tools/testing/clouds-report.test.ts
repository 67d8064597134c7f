import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { plainReport, writeReport, type Finding } from "../../../tools/testing/clouds-report.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const findings: readonly Finding[] = [
  {
    kind: "scenario",
    stack: "dev-gke",
    name: "first up",
    passed: true,
    seconds: 41.26,
    seen: "163 create",
  },
  {
    kind: "scenario",
    stack: "prod-eks",
    name: "destroy",
    passed: false,
    seconds: 3,
    seen: "a | b\nc",
  },
  {
    kind: "placement",
    stack: "dev-gke",
    workload: "api",
    pods: 1,
    expected: "system",
    seen: "system",
  },
];

it("what was found stands in one table for each kind, and kinds that were not looked at in none", () => {
  expect(plainReport(findings)).toBe(
    [
      "Scenarios",
      "  stack     scenario  result  time    seen",
      "  dev-gke   first up  passed  41.3 s  163 create",
      "  prod-eks  destroy   FAILED  3.0 s   a | b c",
      "",
      "Workloads and pools",
      "  stack    workload  pods  expected on  seen on",
      "  dev-gke  api       1     system       system",
    ].join("\n"),
  );
});

it("a written report has the tables as Markdown, whose cells break no table, and the findings as JSON", () => {
  const folder = temporaryFolder("framewright-report-");
  writeReport(folder, findings);
  const text = readFileSync(join(folder, "clouds.md"), "utf8");
  expect(text).toContain("## Scenarios\n\n| stack | scenario | result | time | seen |\n| --- |");
  expect(text).toContain(String.raw`| prod-eks | destroy | FAILED | 3.0 s | a \| b c |`);
  expect(JSON.parse(readFileSync(join(folder, "clouds.json"), "utf8"))).toEqual(findings);
});
