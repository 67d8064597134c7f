import { formatMarkdown } from "../support/markdown.ts";
import { labelBounds, isKnown } from "./labels.ts";
import { allMetrics, type Described } from "./registries.ts";

const units = [
  ["_bytes_per_second", "bytes per second"],
  ["_seconds", "seconds"],
  ["_bytes", "bytes"],
  ["_bytes_total", "bytes"],
  ["_ratio", "ratio"],
  ["_celsius", "degrees Celsius"],
  ["_watts", "watts"],
  ["_messages", "messages"],
] as const;

function unitOf({ name }: Described): string {
  return units.find(([suffix]) => name.endsWith(suffix))?.[1] ?? "";
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}

function metricRow(metric: Described): string {
  const { name, type, labels, help, programs } = metric;
  const cells = [
    `\`${name}\``,
    type,
    labels.map((label) => `\`${label}\``).join(", "),
    unitOf(metric),
    help,
    programs.join(", "),
  ];
  return `| ${cells.map(cell).join(" | ")} |`;
}

function labelRow(label: string): string {
  const what = isKnown(label) ? labelBounds[label].what : "";
  return `| \`${label}\` | ${cell(what)} |`;
}

/** docs/metrics.md, out of what the programs' registries say. */
export async function renderMetrics(): Promise<string> {
  const metrics = await allMetrics();
  const labels = [...new Set(metrics.flatMap((metric) => metric.labels))].toSorted();
  const page = [
    "# Metrics",
    "",
    "What the programs export at `/metrics` of their port for probes: the API and the webhook sender on 9090, workers on their",
    "health port. They also export what prom-client measures of every Node process (`process_*`, `nodejs_*`). This page is made",
    "from the programs' own registries by `npm run golden:update`.",
    "",
    "Figures of the whole stack (`framewright_jobs`, `framewright_class_workers`, …) are read from the database by every replica",
    "of the API, so take `max by (…)` of them, not the sum. Rules and dashboards are in `services/monitoring/`.",
    "",
    "| name | type | labels | unit | what it says | exported by |",
    "| ---- | ---- | ------ | ---- | ------------ | ----------- |",
    ...metrics.map(metricRow),
    "",
    "## Labels",
    "",
    "Every label has a bounded number of values, so that the number of series does not grow with jobs, projects or clients.",
    "",
    "| label | values |",
    "| ----- | ------ |",
    ...labels.map(labelRow),
    "",
  ].join("\n");
  return formatMarkdown(page);
}
