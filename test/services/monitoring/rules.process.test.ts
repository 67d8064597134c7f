import { expect, test } from "vitest";
import { ruleGroups } from "../../../services/monitoring/rules/index.ts";
import { dashboards } from "../../../services/monitoring/dashboards/index.ts";
import { casesByGroup } from "./cases/index.ts";
import { promtool, testRules } from "./promtool.ts";

test("Prometheus takes every rule", () => {
  expect(promtool(["check", "rules", "rules.yaml"], { "rules.yaml": { groups: ruleGroups } })).toBe(
    undefined,
  );
});

test("Prometheus takes every query of the dashboards", () => {
  const exprs = Object.values(dashboards).flatMap(({ rows }) =>
    rows.flatMap(({ panels }) => panels.flatMap(({ queries }) => queries.map(({ expr }) => expr))),
  );
  const rules = exprs.map((expr, index) => ({ record: `query:${index}`, expr }));
  const files = { "rules.yaml": { groups: [{ name: "queries", rules }] } };
  expect(promtool(["check", "rules", "rules.yaml"], files)).toBe(undefined);
});

test.each(ruleGroups)("the alerts of $name fire when they should, and only then", (group) => {
  expect(testRules(group, casesByGroup[group.name] ?? {})).toBe(undefined);
});

test("a case whose summary is another does not pass", () => {
  const [group] = ruleGroups.filter(({ name }) => name === "framewright-gpu");
  if (group === undefined) throw new Error("there is no group framewright-gpu");
  const temperature = 'framewright_gpu_temperature_celsius{pod="w",gpu="0"}';
  const labels = { pod: "w", gpu: "0" };
  const said = testRules(group, {
    GpuHot: {
      firing: [{ series: { [temperature]: "85x10" }, at: "6m", fires: [{ labels, summary: "" }] }],
      quiet: [{ series: { [temperature]: "85x10" }, at: "6m" }],
    },
  });
  expect(said).toContain("GPU 0 of w is at 85 °C.");
  expect(said).toContain("GpuHot is quiet (0)");
});
