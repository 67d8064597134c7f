import { ruleGroups } from "../../../services/monitoring/rules/index.ts";
import { allMetrics } from "../../metrics/registries.ts";
import { exporterMetrics } from "./exporter-metrics.ts";
import { histogramOf, metricsOf } from "./metric-names.ts";

const own = new Map((await allMetrics()).map((metric) => [metric.name, metric]));
const recorded = new Set(
  ruleGroups.flatMap(({ rules }) =>
    rules.flatMap((rule) => ("record" in rule ? [rule.record] : [])),
  ),
);

/** Whether somebody exports a series of this name, or a rule of ours records it. */
function isThere(name: string): boolean {
  if (recorded.has(name) || exporterMetrics.has(name)) return true;
  if (own.has(name)) return own.get(name)?.type !== "histogram";
  return own.get(histogramOf(name))?.type === "histogram";
}

/** What an expression asks for and nobody has. */
export function unknownMetrics(expr: string): string[] {
  return metricsOf(expr).filter((name) => !isThere(name));
}
