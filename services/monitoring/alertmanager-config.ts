import type { MonitoringSection } from "../../config/schema.ts";

type Alerts = MonitoringSection["alerts"];

const nobody = "nobody";

/** What a message says of each alert. Annotations come from the rules. */
const lines = [
  "{{ range .Alerts }}*{{ .Labels.severity }}*: {{ .Annotations.summary }}",
  "{{ .Annotations.description }}",
  "{{ with .Annotations.runbook_url }}Runbook: {{ . }}{{ end }}",
  "{{ with .Annotations.dashboard }}Dashboard: {{ . }}{{ end }}",
  "Query: {{ .GeneratorURL }}",
  "{{ end }}",
].join("\n");

const title =
  '[{{ .Status | toUpper }}{{ if eq .Status "firing" }}:{{ .Alerts.Firing | len }}{{ end }}] {{ .CommonLabels.alertname }}';

/** To the expression in Prometheus: Alertmanager itself has no page. */
const link = "{{ (index .Alerts 0).GeneratorURL }}";

function slackOf({ slack }: Alerts) {
  if (slack === undefined) return {};
  const { url, channel } = slack;
  return {
    slack_configs: [
      {
        api_url: url,
        ...(channel && { channel }),
        send_resolved: true,
        title,
        title_link: link,
        text: lines,
      },
    ],
  };
}

function pagerDutyOf({ pagerduty }: Alerts) {
  if (pagerduty === undefined) return {};
  const { routingKey, url } = pagerduty;
  return {
    pagerduty_configs: [
      {
        routing_key: routingKey,
        url,
        client_url: link,
        send_resolved: true,
        description: "{{ .CommonLabels.alertname }}: {{ .CommonAnnotations.summary }}",
        severity: "{{ .CommonLabels.severity }}",
        details: {
          namespace: "{{ .CommonLabels.namespace }}",
          runbook: "{{ .CommonAnnotations.runbook_url }}",
          alerts: "{{ .Alerts.Firing | len }}",
        },
      },
    ],
  };
}

function emailOf({ email }: Alerts) {
  if (email === undefined) return {};
  const { to, from, smarthost, requireTls, username, password } = email;
  return {
    email_configs: [
      {
        to,
        from,
        smarthost,
        require_tls: requireTls,
        send_resolved: true,
        headers: { Subject: title },
        ...(username && { auth_username: username }),
        ...(password && { auth_password: password }),
      },
    ],
  };
}

function watchdogOf({ watchdogUrl }: Alerts) {
  return watchdogUrl === undefined
    ? {}
    : { webhook_configs: [{ url: watchdogUrl, send_resolved: false }] };
}

/** From where to whom, most urgent first. */
const routes = [
  {
    matchers: ['alertname="Watchdog"'],
    receiver: "watchdog",
    group_wait: "0s",
    // It looks every 30 seconds, and tells again when the last time is longer ago: each minute.
    group_interval: "30s",
    repeat_interval: "50s",
  },
  {
    matchers: ['severity="critical"'],
    receiver: "critical",
    group_wait: "10s",
    repeat_interval: "1h",
  },
  { matchers: ['severity="warning"'], receiver: "warning" },
];

/**
 * Critical alerts go to all, warnings to those that wake nobody up. One message for what happens to one part of the
 * platform at once; a warning about something is kept back while a critical alert tells of it.
 */
export function alertmanagerConfig(alerts: Alerts) {
  return {
    global: { resolve_timeout: "5m" },
    route: {
      receiver: nobody,
      group_by: ["alertname", "namespace"],
      group_wait: "30s",
      group_interval: "5m",
      repeat_interval: "4h",
      routes,
    },
    inhibit_rules: [
      {
        source_matchers: ['severity="critical"'],
        target_matchers: ['severity=~"warning|info"'],
        equal: ["alertname", "namespace"],
      },
      {
        // Who is down answers nothing: what follows from that adds nothing to it.
        source_matchers: ['alertname=~"ApiDown|ServiceDown|StatefulServiceDown"'],
        target_matchers: ['alertname=~"TargetDown|ReplicasMissing|PodCrashLoop"'],
        equal: ["namespace"],
      },
    ],
    receivers: [
      { name: nobody },
      { name: "watchdog", ...watchdogOf(alerts) },
      { name: "critical", ...slackOf(alerts), ...pagerDutyOf(alerts), ...emailOf(alerts) },
      { name: "warning", ...slackOf(alerts), ...emailOf(alerts) },
    ],
  };
}

function portOf(url: string): number {
  const { port, protocol } = new URL(url);
  if (port !== "") return Number(port);
  return protocol === "http:" ? 80 : 443;
}

/** The ports at which the receivers listen. */
export function receiverPorts({ slack, pagerduty, email, watchdogUrl }: Alerts): number[] {
  const urls = [slack?.url, pagerduty?.url, watchdogUrl].filter((url) => url !== undefined);
  const mail = email === undefined ? [] : [Number(email.smarthost.split(":").at(-1))];
  return [...new Set([...urls.map(portOf), ...mail])].toSorted((a, b) => a - b);
}
