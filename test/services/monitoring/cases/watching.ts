import type { Cases } from "./case.ts";

export const watchingCases = {
  Watchdog: {
    firing: [{ series: {}, at: "0m", fires: [{ summary: "Alerting works." }] }],
    quiet: "always fires",
  },
  TargetDown: {
    firing: [
      {
        series: { 'up{job="postgres",instance="10.0.0.7:9187"}': "0x20" },
        at: "11m",
        fires: [
          {
            labels: { job: "postgres", instance: "10.0.0.7:9187" },
            summary: "The metrics of postgres (10.0.0.7:9187) cannot be read.",
          },
        ],
      },
    ],
    quiet: [
      { series: { 'up{job="postgres",instance="10.0.0.7:9187"}': "0x5 1x20" }, at: "15m" },
      // ApiDown is about the API.
      { series: { 'up{job="api",instance="10.0.0.8:9090"}': "0x20" }, at: "15m" },
    ],
  },
  RulesFailing: {
    firing: [
      {
        series: { 'prometheus_rule_evaluation_failures_total{rule_group="slo"}': "0+1x30" },
        at: "20m",
        fires: [{ labels: { rule_group: "slo" }, summary: "Rules of slo cannot be evaluated." }],
      },
    ],
    quiet: [
      {
        series: { 'prometheus_rule_evaluation_failures_total{rule_group="slo"}': "3x30" },
        at: "20m",
      },
    ],
  },
  NotificationsFailing: {
    firing: [
      {
        series: { 'alertmanager_notifications_failed_total{integration="slack"}': "0+1x30" },
        at: "20m",
        fires: [{ labels: { integration: "slack" }, summary: "Messages by slack fail." }],
      },
    ],
    quiet: [
      {
        series: { 'alertmanager_notifications_failed_total{integration="slack"}': "2x30" },
        at: "20m",
      },
    ],
  },
  AlertsDropped: {
    firing: [
      {
        series: { prometheus_notifications_dropped_total: "0+2x30" },
        at: "20m",
        fires: [{ summary: "Prometheus dropped 30 alerts in 15 minutes." }],
      },
    ],
    quiet: [{ series: { prometheus_notifications_dropped_total: "7x30" }, at: "20m" }],
  },
} as const satisfies Cases;
