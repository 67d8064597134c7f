import { mainExprs, uidOf, type DashboardName } from "../dashboards/dashboard.ts";
import { dashboards } from "../dashboards/index.ts";
import { prometheusPath } from "../dashboards/prometheus-link.ts";

/** What an alert asks for: somebody at once, somebody in working hours, or nobody. */
type Severity = "critical" | "warning" | "info" | "none";

/** A rule in Prometheus' own words. */
export interface AlertingRule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}
export interface RecordingRule {
  readonly record: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
}
type Rule = AlertingRule | RecordingRule;

export interface RuleGroup {
  readonly name: string;
  readonly interval?: string;
  readonly rules: readonly Rule[];
}

/** An alert as we state it. */
export interface Alert {
  readonly expr: string;
  /** For how long it must hold, so that nothing that passes by itself wakes anybody. */
  readonly for?: string;
  readonly severity: Severity;
  /** One sentence with the figures; a template of Prometheus. */
  readonly summary: string;
  /** What it means for users, and what happens if nobody does anything. Without templates. */
  readonly description: string;
  /** Where its figures can be seen. */
  readonly dashboard: DashboardName;
}

/** `ApiErrorsHigh` → `api-errors-high`, the name of its runbook. */
function runbookOf(alert: string): string {
  const words = alert.replace(/(?<=[a-z0-9])(?=[A-Z])/g, "-");
  return `docs/runbooks/alerts/${words.toLowerCase()}.md`;
}

/** One line, however the expression is written in the source. */
function oneLine(expr: string): string {
  return expr.replace(/\s+/g, " ").trim();
}

function alertingRule(name: string, alert: Alert): AlertingRule {
  const { severity, summary, description, dashboard } = alert;
  return {
    alert: name,
    expr: oneLine(alert.expr),
    ...(alert.for !== undefined && { for: alert.for }),
    labels: { severity },
    annotations: {
      summary,
      description: oneLine(description),
      runbook_url: runbookOf(name),
      // On the page of the Prometheus that sends it: not everybody has Grafana, for which there is the uid.
      dashboard: `{{ $externalURL }}${prometheusPath(mainExprs(dashboards[dashboard]))}`,
      dashboard_uid: uidOf(dashboard),
    },
  };
}

/** Recording rules by name; an alert of the same group may use them. */
type Recordings = Readonly<Record<string, string>>;

interface GroupParts {
  readonly recordings?: Recordings;
  readonly alerts: Readonly<Record<string, Alert>>;
}

export function group(name: string, { recordings = {}, alerts }: GroupParts): RuleGroup {
  return {
    name: `framewright-${name}`,
    rules: [
      ...Object.entries(recordings).map(([record, expr]) => ({ record, expr: oneLine(expr) })),
      ...Object.entries(alerts).map(([alert, one]) => alertingRule(alert, one)),
    ],
  };
}
