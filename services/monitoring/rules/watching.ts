import { group } from "./rule.ts";

/** Whether somebody would be told. */
export const watching = group("watching", {
  alerts: {
    /** Always fires: whoever stops hearing it knows that alerting is broken (a dead man's switch). */
    Watchdog: {
      expr: "vector(1)",
      severity: "none",
      summary: "Alerting works.",
      description:
        "This alert always fires. A receiver that no longer hears it must raise the alarm by itself.",
      dashboard: "overview",
    },
    TargetDown: {
      expr: `up{job!="api"} == 0`,
      for: "10m",
      severity: "warning",
      summary: "The metrics of {{ $labels.job }} ({{ $labels.instance }}) cannot be read.",
      description: "Alerts and panels about it say nothing now.",
      dashboard: "overview",
    },
    RulesFailing: {
      expr: `sum by (rule_group) (increase(prometheus_rule_evaluation_failures_total[15m])) > 0`,
      for: "5m",
      severity: "critical",
      summary: "Rules of {{ $labels.rule_group }} cannot be evaluated.",
      description: "Their alerts do not fire.",
      dashboard: "overview",
    },
    NotificationsFailing: {
      expr: `sum by (integration) (increase(alertmanager_notifications_failed_total[15m])) > 0`,
      for: "5m",
      severity: "critical",
      summary: "Messages by {{ $labels.integration }} fail.",
      description:
        "Somebody was not told of an alert. Other receivers of the same alert may have been.",
      dashboard: "overview",
    },
    AlertsDropped: {
      expr: `sum(increase(prometheus_notifications_dropped_total[15m])) > 0`,
      for: "5m",
      severity: "critical",
      summary: "Prometheus dropped {{ $value | humanize }} alerts in 15 minutes.",
      description: "Alertmanager does not take what Prometheus sends. Nobody is told of an alert.",
      dashboard: "overview",
    },
  },
});
