import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { isKnown, labelBounds, togetherBounds } from "./labels.ts";
import { allMetrics } from "./registries.ts";
import { renderMetrics } from "./render.ts";

const metrics = await allMetrics();
const page = join(import.meta.dirname, "../../docs/metrics.md");

/** Series of one program that a metric can have at most. */
const mostSeries = 6_000;

test("docs/metrics.md is what the registries say", async () => {
  expect(readFileSync(page, "utf8")).toBe(await renderMetrics());
});

test("metrics that several programs export are those of the database", () => {
  expect(metrics.filter(({ programs }) => programs.length > 1).map(({ name }) => name)).toEqual([
    "framewright_database_connections",
    "framewright_database_connections_max",
    "framewright_database_pool_waiting",
    "framewright_database_query_duration_seconds",
  ]);
});

test.each(metrics)("$name is named as Prometheus asks for", ({ name, type, help }) => {
  expect(name).toMatch(/^framewright_[a-z][a-z0-9_]*$/);
  // https://prometheus.io/docs/practices/naming: base units, and `_total` for counters alone
  expect(name.endsWith("_total")).toBe(type === "counter");
  expect(name).not.toMatch(/_(ms|milliseconds|minutes|hours|percent|kb|mb|megabytes)(_|$)/);
  if (type === "histogram") expect(name).toMatch(/_(seconds|bytes|ratio|bytes_per_second)$/);
  expect(help).toMatch(/^[A-Z0-9]/);
});

test.each(metrics)("$name has a bounded number of series", ({ name, type, labels, buckets }) => {
  const product = labels.reduce((count, label) => {
    expect(isKnown(label), `label ${label} has no bound in test/metrics/labels.ts`).toBe(true);
    return count * (isKnown(label) ? labelBounds[label].values : Infinity);
  }, 1);
  const sets = Math.min(product, togetherBounds[name] ?? Infinity);
  const perSet = type === "histogram" ? buckets.length + 3 : 1;
  expect(sets * perSet).toBeLessThanOrEqual(mostSeries);
});

test("every bound is that of a label", () => {
  const used = new Set(metrics.flatMap(({ labels }) => labels));
  expect(Object.keys(labelBounds).filter((label) => !used.has(label))).toEqual([]);
  const names = metrics.map(({ name }) => name);
  expect(Object.keys(togetherBounds).filter((name) => !names.includes(name))).toEqual([]);
});
