import { expect, test } from "vitest";
import * as monitoring from "../../../config/rules/monitoring.ts";
import type { ConfigValues } from "../../../config/schema.ts";
import { configWith, expectProblems, facts, gkeWith, untested, type Broken } from "../support.ts";

type Section = ConfigValues["monitoring"];

const on = (change: Partial<Section>) => (config: ConfigValues) =>
  Object.assign(config.monitoring, { enabled: true, ...change });

const watchdogUrl = "https://ping.example.com/secret";

const broken: Broken[] = [
  [
    "Google's scraping on one machine",
    monitoring.managedScrapingIsOfGke,
    configWith(on({ kind: "gke-managed" })),
    ['monitoring.kind must not be "gke-managed" on cloud local'],
  ],
  [
    "receivers that nobody would tell",
    monitoring.alertsAreOfOurAlertmanager,
    configWith(on({ kind: "operator", alerts: { ranges: [], watchdogUrl } })),
    [
      "monitoring.alerts is read by the platform's own Alertmanager, and with kind operator there is none",
    ],
  ],
  [
    "an address that is none, which no message shows",
    monitoring.receiversAreAddresses,
    configWith(on({ alerts: { ranges: [], watchdogUrl: "ping.example.com/secret" } })),
    ["monitoring.alerts.watchdogUrl must be an address that begins with https:// or http://"],
  ],
];

test.each(broken)("%s: refused", (...row) => {
  expectProblems(row);
});

test("every rule is broken by a case", () => {
  expect(untested(monitoring, broken)).toEqual([]);
});

test("what is right is taken", () => {
  expect(monitoring.managedScrapingIsOfGke(gkeWith(on({ kind: "gke-managed" })), facts)).toEqual(
    [],
  );
  expect(
    monitoring.alertsAreOfOurAlertmanager(
      configWith(on({ alerts: { ranges: [], watchdogUrl } })),
      facts,
    ),
  ).toEqual([]);
});
