import { expect, test } from "vitest";
import {
  alertmanagerConfig,
  receiverPorts,
} from "../../../services/monitoring/alertmanager-config.ts";
import { ruleGroups } from "../../../services/monitoring/rules/index.ts";

const none = { ranges: [] };
const pagerduty = { routingKey: "key", url: "https://events.pagerduty.com/v2/enqueue" };
const slack = { url: "https://hooks.slack.test/x" };
const email = {
  to: "ops@example.com",
  from: "video@example.com",
  smarthost: "smtp.example.com:587",
  requireTls: true,
};

function receivers(alerts: Parameters<typeof alertmanagerConfig>[0]): Record<string, string[]> {
  return Object.fromEntries(
    alertmanagerConfig(alerts).receivers.map(({ name, ...ways }) => [
      name,
      Object.keys(ways).toSorted(),
    ]),
  );
}

test("critical alerts go to all, warnings to those that wake nobody", () => {
  expect(
    receivers({ ...none, slack, pagerduty, email, watchdogUrl: "https://ping.test/x" }),
  ).toEqual({
    nobody: [],
    watchdog: ["webhook_configs"],
    critical: ["email_configs", "pagerduty_configs", "slack_configs"],
    warning: ["email_configs", "slack_configs"],
  });
});

test("without receivers alerts go nowhere, and the config is whole all the same", () => {
  expect(receivers(none)).toEqual({ nobody: [], watchdog: [], critical: [], warning: [] });
});

test("every route has its receiver, and every severity of a rule a route or nobody", () => {
  const { route, receivers: all } = alertmanagerConfig(none);
  const names = all.map(({ name }) => name);
  expect(
    route.routes.map(({ receiver }) => receiver).filter((one) => !names.includes(one)),
  ).toEqual([]);
  const severities = new Set(
    ruleGroups.flatMap(({ rules }) =>
      rules.flatMap((rule) => ("alert" in rule ? [rule.labels["severity"]] : [])),
    ),
  );
  expect([...severities].filter((one) => one !== undefined).toSorted()).toEqual([
    "critical",
    "info",
    "none",
    "warning",
  ]);
});

test("the alerts that inhibit and are inhibited are alerts of the rules", () => {
  const known = new Set(
    ruleGroups.flatMap(({ rules }) =>
      rules.flatMap((rule) => ("alert" in rule ? [rule.alert] : [])),
    ),
  );
  const named = alertmanagerConfig(none)
    .inhibit_rules.flatMap((rule) => [...rule.source_matchers, ...rule.target_matchers])
    .flatMap((matcher) => /^alertname=~"(.+)"$/.exec(matcher)?.[1]?.split("|") ?? []);
  expect(named.length).toBeGreaterThan(0);
  expect(named.filter((name) => !known.has(name))).toEqual([]);
});

test.each([
  [none, []],
  [{ ...none, slack }, [443]],
  [{ ...none, slack, email }, [443, 587]],
  [{ ...none, watchdogUrl: "http://ping.internal:8000/x", pagerduty }, [443, 8000]],
  [{ ...none, watchdogUrl: "http://ping.internal/x" }, [80]],
])("the ports of %j are %j", (alerts, ports) => {
  expect(receiverPorts(alerts)).toEqual(ports);
});
