import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { spawnSync } from "node:child_process";
import { promtoolProgram } from "../../../tools/packages.ts";
import type { AlertingRule, RuleGroup } from "../../../services/monitoring/rules/rule.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import type { AlertCases, Cases, Fired, QuietCase } from "./cases/case.ts";

/** Runs promtool in a folder of the test with these files. Gives what it says when it is not content. */
export function promtool(
  args: readonly string[],
  files: Readonly<Record<string, unknown>>,
): string | undefined {
  if (!existsSync(promtoolProgram)) {
    throw new Error(`${promtoolProgram} is missing: npm test -- --only tools`);
  }
  const folder = temporaryFolder("framewright-promtool-");
  // What Prometheus reads as YAML may be JSON, which is a part of YAML.
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(folder, name), JSON.stringify(content));
  }
  const { status, stdout, stderr } = spawnSync(promtoolProgram, args, {
    cwd: folder,
    encoding: "utf8",
  });
  return status === 0 ? undefined : `${stdout}${stderr}`;
}

/** Where people open Prometheus. */
const externalUrl = "http://prometheus.example.com";

function expected(rule: AlertingRule, { labels = {}, summary }: Fired) {
  return {
    exp_labels: { ...labels, ...rule.labels },
    exp_annotations: {
      ...rule.annotations,
      summary,
      dashboard: rule.annotations["dashboard"]?.replace("{{ $externalURL }}", externalUrl),
    },
  };
}

function test(rule: AlertingRule, name: string, one: QuietCase & { fires?: readonly Fired[] }) {
  const { series, at, interval = "1m", fires = [] } = one;
  return {
    name,
    interval,
    external_url: externalUrl,
    input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
    alert_rule_test: [
      {
        eval_time: at,
        alertname: rule.alert,
        exp_alerts: fires.map((fired) => expected(rule, fired)),
      },
    ],
  };
}

function testsOf(rule: AlertingRule, { firing, quiet }: AlertCases) {
  const silent = quiet === "always fires" ? [] : quiet;
  return [
    ...firing.map((one, index) => test(rule, `${rule.alert} fires (${index})`, one)),
    ...silent.map((one, index) => test(rule, `${rule.alert} is quiet (${index})`, one)),
  ];
}

export function alertsOf({ rules }: RuleGroup): AlertingRule[] {
  return rules.filter((rule): rule is AlertingRule => "alert" in rule);
}

type Test = ReturnType<typeof test>;

function contentsOf(files: ReadonlyMap<string, readonly Test[]>): Record<string, unknown> {
  return Object.fromEntries(
    [...files].map(([name, tests]): [string, unknown] => {
      const [first] = tests;
      const evaluation_interval = first?.interval;
      return [name, { rule_files: ["rules.yaml"], evaluation_interval, tests }];
    }),
  );
}

/** What promtool says of a group of rules and its cases, when it is not content. */
export function testRules(group: RuleGroup, cases: Cases): string | undefined {
  const tests = alertsOf(group).flatMap((rule) => {
    const own = cases[rule.alert];
    return own === undefined ? [] : testsOf(rule, own);
  });
  // Rules are evaluated as often as there are values: days of them minute by minute would take minutes.
  const files = Map.groupBy(tests, ({ interval }) => `tests-${interval}.yaml`);
  return promtool(["test", "rules", ...files.keys()], {
    "rules.yaml": { groups: [group] },
    ...contentsOf(files),
  });
}
