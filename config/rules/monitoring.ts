import type { ConfigValues } from "../schema.ts";
import { isStoredLeaf } from "../stored-leaf.ts";
import { activeSections, when, type Rule } from "./rule.ts";

type Alerts = ConfigValues["monitoring"]["alerts"];

/** Google scrapes clusters of its own alone. */
export const managedScrapingIsOfGke: Rule = (config) => {
  const { enabled, kind } = config.monitoring;
  const { gke } = activeSections(config);
  return when(enabled && kind === "gke-managed" && gke === undefined, () => ({
    path: "monitoring.kind",
    problem: `must not be "gke-managed" on cloud ${config.cloud}`,
    remedy: "choose own, or operator where a Prometheus operator of yours runs",
  }));
};

/** Otherwise somebody believes that he would be told. */
export const alertsAreOfOurAlertmanager: Rule = ({ monitoring: { enabled, kind, alerts } }) => {
  const { slack, pagerduty, email, watchdogUrl } = alerts;
  const isSet = [slack, pagerduty, email, watchdogUrl].some((way) => way !== undefined);
  return when(enabled && kind !== "own" && isSet, () => ({
    path: "monitoring.alerts",
    problem: `is read by the platform's own Alertmanager, and with kind ${kind} there is none`,
    remedy: "remove it, and route the alerts in the Alertmanager of yours",
  }));
};

const urlKeys = {
  "slack.url": ({ slack }) => slack?.url,
  "pagerduty.url": ({ pagerduty }) => pagerduty?.url,
  watchdogUrl: ({ watchdogUrl }) => watchdogUrl,
} satisfies Record<string, (alerts: Alerts) => string | undefined>;

/** Not by a pattern of the schema: its message would show the value, which is a secret. */
export const receiversAreAddresses: Rule = ({ monitoring: { alerts } }) =>
  Object.entries(urlKeys).flatMap(([key, of]) => {
    const url = of(alerts);
    return when(
      url !== undefined && !isStoredLeaf(url) && !/^https?:\/\/[^\s]+$/.test(url),
      () => ({
        path: `monitoring.alerts.${key}`,
        problem: "must be an address that begins with https:// or http://",
        remedy: "copy it as the service shows it",
      }),
    );
  });
