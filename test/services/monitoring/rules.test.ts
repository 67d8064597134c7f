import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ruleGroups } from "../../../services/monitoring/rules/index.ts";
import type { AlertingRule, RecordingRule } from "../../../services/monitoring/rules/rule.ts";
import { casesByGroup } from "./cases/index.ts";
import { unknownMetrics } from "./exported.ts";
import { metricsOf } from "./metric-names.ts";
import { alertsOf } from "./promtool.ts";

const root = join(import.meta.dirname, "../../..");
const rules = ruleGroups.flatMap((group) => group.rules);
const alerts = rules.filter((rule): rule is AlertingRule => "alert" in rule);
const recordings = rules.filter((rule): rule is RecordingRule => "record" in rule);
test("no two rules and no two groups have the same name", () => {
  const names = rules.map((rule) => ("alert" in rule ? rule.alert : rule.record));
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  expect(new Set(ruleGroups.map(({ name }) => name)).size).toBe(ruleGroups.length);
});

describe.each(alerts)("$alert", (alert) => {
  test("says how bad it is, what it means and where to look", () => {
    expect(["critical", "warning", "info", "none"]).toContain(alert.labels["severity"]);
    const { summary, description } = alert.annotations;
    expect(summary).toMatch(/^[A-Z{/].*\.$/);
    expect(description).toMatch(/^[A-Z].*\.$/);
    expect(description).not.toContain("{{");
  });

  test("has a runbook that says what to look at and what to do", () => {
    const file = join(root, alert.annotations["runbook_url"] ?? "");
    expect(existsSync(file)).toBe(true);
    const text = readFileSync(file, "utf8");
    expect(text).toMatch(new RegExp(`^# ${alert.alert}\\n\\n[A-Z]`));
    expect(text).toMatch(/\n## Look at\n\n- [^]*\n## Do\n\n1\. /);
    for (const [, link = ""] of text.matchAll(/\]\(([^)#]+)\)/g)) {
      expect(existsSync(join(file, "..", link)), link).toBe(true);
    }
  });
});

test("every runbook is that of an alert", () => {
  const folder = "docs/runbooks/alerts";
  const files = readdirSync(join(root, folder)).map((file) => `${folder}/${file}`);
  expect(files).toEqual(alerts.map(({ annotations }) => annotations["runbook_url"]).toSorted());
});

test.each(ruleGroups)("every alert of $name has cases in which it fires and is quiet", (group) => {
  const cases = Object.keys(casesByGroup[group.name] ?? {});
  expect(cases.toSorted()).toEqual(
    alertsOf(group)
      .map(({ alert }) => alert)
      .toSorted(),
  );
});

test.each(rules)("rule %# reads only what somebody exports", (rule) => {
  expect(unknownMetrics(rule.expr), rule.expr).toEqual([]);
});

test("a recording rule's name has a level, a metric and an operation", () => {
  const odd = recordings.filter(({ record }) => !/^framewright:[a-z_]+:[a-z0-9_]+$/.test(record));
  expect(odd).toEqual([]);
});

test.each([
  ['sum by (le) (rate(a_bucket{x=~"b|c"}[5m])) / on () max(d)', ["a_bucket", "d"]],
  ['absent(up{job="api"} == 1)', ["up"]],
  ["time() - max by (namespace) (e) > 26 * 3600", ["e"]],
])("the metrics of %s are found", (expr, names) => {
  expect(metricsOf(expr)).toEqual(names);
});
