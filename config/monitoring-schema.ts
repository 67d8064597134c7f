import { Type } from "typebox";
import { cidrPattern, count, flag, memory, optionalSection, resources, section } from "./leaves.ts";

function text(description: string) {
  return Type.String({ minLength: 1, description });
}

const ofSecret = "set it with `pulumi config set --secret --path`";

const Slack = optionalSection("Messages to a channel of Slack, for critical alerts and warnings", {
  url: text(
    `Address of the channel's incoming webhook, which is a secret: ${ofSecret} framewright:monitoring.alerts.slack.url`,
  ),
  channel: Type.Optional(
    text("Channel, as #video-alerts; unset means the one that the webhook was made for"),
  ),
});

const PagerDuty = optionalSection("Incidents of PagerDuty, for critical alerts", {
  routingKey: text(
    `Integration key of the service (Events API v2), which is a secret: ${ofSecret} framewright:monitoring.alerts.pagerduty.routingKey`,
  ),
  url: Type.String({
    minLength: 1,
    default: "https://events.pagerduty.com/v2/enqueue",
    description: "Where events are sent; the European service has its own address",
  }),
});

const Email = optionalSection("E-mail, for critical alerts and warnings", {
  to: text("Who gets it; several addresses with commas"),
  from: text("Sender's address"),
  smarthost: Type.String({
    pattern: "^[^:\\s]+:[0-9]+$",
    description: "Mail server and port, as smtp.example.com:587",
  }),
  requireTls: Type.Boolean({
    default: true,
    description: "Whether mail goes out by TLS alone",
  }),
  username: Type.Optional(text("User at the mail server; unset means that it takes mail from us")),
  password: Type.Optional(
    text(
      `The user's password, which is a secret: ${ofSecret} framewright:monitoring.alerts.email.password`,
    ),
  ),
});

const Alerts = section("Where alerts go; without any they are on Prometheus' own page alone", {
  slack: Slack,
  pagerduty: PagerDuty,
  email: Email,
  watchdogUrl: Type.Optional(
    text(
      `Dead man's switch: an address, as a check of healthchecks.io, that gets a POST every minute as long as Prometheus and Alertmanager work, and that calls somebody when they stop. It is a secret: ${ofSecret} framewright:monitoring.alerts.watchdogUrl`,
    ),
  ),
  ranges: Type.Array(
    Type.String({ pattern: cidrPattern, description: "A range, as 10.30.0.0/20" }),
    {
      maxItems: 20,
      default: [],
      description:
        "Ranges of private IPv4 addresses in which these receivers are; Alertmanager connects to public ones and to these, on the receivers' ports",
    },
  ),
});

/** Read by services/monitoring. Retention: seed 002, "Prometheus Configuration". */
export const Monitoring = section("Metrics, alerts and dashboards", {
  enabled: flag(false, "Whether Prometheus, Alertmanager and the exporters are deployed"),
  kind: Type.Enum(["own", "operator", "gke-managed"], {
    default: "own",
    description:
      "Who scrapes: own is the platform's Prometheus; operator makes PodMonitor and PrometheusRule objects for a Prometheus operator of yours; gke-managed makes PodMonitoring and Rules objects for Google's",
  }),
  scraperNamespace: Type.String({
    pattern: "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$",
    default: "monitoring",
    description: "With kind operator: the namespace of your Prometheus, which may then connect",
  }),
  objects: Type.Enum(["own", "upstream"], {
    default: "own",
    description:
      "Who tells of Deployments, Jobs, volumes and restarts: own is a small program of the platform, upstream is kube-state-metrics from registry.k8s.io, with all that it knows of these kinds; the embedded node has its own",
  }),
  scrapeSeconds: count(30, { min: 5, max: 300 }, "Seconds between two scrapes of a pod"),
  retentionDays: count(15, { min: 1, max: 400 }, "Days that Prometheus keeps"),
  storage: memory("20Gi", "Size of Prometheus' volume; it cannot change later"),
  url: Type.String({
    pattern: "^https?://[^\\s]+$",
    default: "http://127.0.0.1:9090",
    description:
      "Where people open Prometheus, for the links in alerts; the default is what `npm run ui` opens",
  }),
  resources: resources("Prometheus", {
    requests: { cpu: "200m", memory: "512Mi" },
    limits: { cpu: "2", memory: "2Gi" },
  }),
  alerts: Alerts,
});
