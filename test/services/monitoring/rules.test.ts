import { expect, test } from "vitest";
import { ruleGroups } from "../../../services/monitoring/rules/index.ts";
import type { AlertingRule, RecordingRule } from "../../../services/monitoring/rules/rule.ts";

const rules = ruleGroups.flatMap((group) => group.rules);
const alerts = rules.filter((rule): rule is AlertingRule => "alert" in rule);
const recordings = rules.filter((rule): rule is RecordingRule => "record" in rule);

test("no two rules and no two groups have the same name", () => {
  const names = rules.map((rule) => ("alert" in rule ? rule.alert : rule.record));
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  expect(new Set(ruleGroups.map(({ name }) => name)).size).toBe(ruleGroups.length);
});

test.each(alerts)("$alert says how bad it is, what it means and where to look", (alert) => {
  expect(["critical", "warning", "info", "none"]).toContain(alert.labels["severity"]);
  const { summary, description } = alert.annotations;
  expect(summary).toMatch(/^[A-Z{].*\.$/);
  expect(description).toMatch(/^[A-Z].*\.$/);
  expect(description).not.toContain("{{");
});

test("a recording rule's name has a level, a metric and an operation", () => {
  const odd = recordings.filter(({ record }) => !/^framewright:[a-z_]+:[a-z0-9_]+$/.test(record));
  expect(odd).toEqual([]);
});
