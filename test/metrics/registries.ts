import type { MetricObjectWithValues, MetricValue, Registry } from "prom-client";
import { createMetrics, createSenderMetrics } from "../../api/metrics.ts";
import { createMetrics as createEgressMetrics } from "../../egress/src/controller/metrics.ts";
import { createProxyMetrics } from "../../egress/src/proxy/metrics.ts";
import { createMetrics as createWorkerMetrics } from "../../worker/src/ops/metrics.ts";

/** The programs, and all figures that each of them exports. */
function registries(): Record<"api" | "egress" | "egress-proxy" | "webhooks" | "worker", Registry> {
  return {
    api: createMetrics().registry,
    egress: createEgressMetrics().registry,
    "egress-proxy": createProxyMetrics().registry,
    webhooks: createSenderMetrics().registry,
    worker: createWorkerMetrics(() => true).registry,
  };
}

/** A metric of ours, as its registry describes it. */
export interface Described {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly labels: readonly string[];
  readonly buckets: readonly number[];
  readonly programs: readonly string[];
}

function stringsOf(metric: object, field: string): string[] {
  const value: unknown = Reflect.get(metric, field);
  return Array.isArray(value) ? value.map(String) : [];
}

async function described(registry: Registry, program: string): Promise<Described[]> {
  const rows: MetricObjectWithValues<MetricValue<string>>[] = await registry.getMetricsAsJSON();
  return rows
    .filter(({ name }) => name.startsWith("framewright_"))
    .map(({ name, help, type }) => {
      const metric = registry.getSingleMetric(name) ?? {};
      return {
        ...{ name, help, type: String(type) },
        labels: stringsOf(metric, "labelNames").filter((label) => label !== "le"),
        buckets: stringsOf(metric, "upperBounds").map(Number),
        programs: [program],
      };
    });
}

/** All metrics of ours by name; those that several programs have are there once. */
export async function allMetrics(): Promise<Described[]> {
  const each = await Promise.all(
    Object.entries(registries()).map(([program, registry]) => described(registry, program)),
  );
  const byName = new Map<string, Described>();
  for (const metric of each.flat()) {
    const earlier = byName.get(metric.name);
    const programs = [...(earlier?.programs ?? []), ...metric.programs];
    byName.set(metric.name, { ...metric, programs });
  }
  return [...byName.values()].toSorted((a, b) => a.name.localeCompare(b.name));
}
