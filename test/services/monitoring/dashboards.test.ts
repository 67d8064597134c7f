import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import {
  mainExprs,
  uidOf,
  type Dashboard,
} from "../../../services/monitoring/dashboards/dashboard.ts";
import { dashboards } from "../../../services/monitoring/dashboards/index.ts";
import { prometheusPath } from "../../../services/monitoring/dashboards/prometheus-link.ts";
import { renderDashboard } from "../../golden/dashboards/render.ts";
import type { Registration } from "../../support/mocks.ts";
import { platformOn, testConfig } from "../../support/under-mocks.ts";
import { unknownMetrics } from "./exported.ts";

const folder = join(import.meta.dirname, "../../../docs/dashboards");
const all: readonly Dashboard[] = Object.values(dashboards);

test("docs/dashboards has these and no others", () => {
  const files = Object.keys(dashboards).map((name) => `${name}.json`);
  expect(readdirSync(folder).filter((file) => file.endsWith(".json"))).toEqual(files.toSorted());
});

describe.each(all)("the dashboard $name", (dashboard) => {
  const panels = dashboard.rows.flatMap((row) => row.panels);

  test("is in docs/dashboards as it is made (else: npm run golden:update)", () => {
    const file = readFileSync(join(folder, `${dashboard.name}.json`), "utf8");
    expect(file).toBe(renderDashboard(dashboard));
  });

  test("asks for what somebody exports", () => {
    const unknown = panels.flatMap(({ title, queries }) =>
      queries.flatMap(({ expr }) => unknownMetrics(expr).map((name) => `${title}: ${name}`)),
    );
    expect(unknown).toEqual([]);
  });

  test("names the labels in its legends that its queries keep", () => {
    const lost = panels.flatMap(({ title, queries }) =>
      queries.flatMap(({ expr, legend = "" }) =>
        [...legend.matchAll(/\{\{(\w+)\}\}/g)]
          .map(([, label = ""]) => label)
          .filter((label) => !expr.startsWith("framewright:") && !expr.includes(label))
          .map((label) => `${title}: ${label}`),
      ),
    );
    expect(lost).toEqual([]);
  });

  test("has an id for every panel, and a letter for every query", () => {
    const made = JSON.parse(renderDashboard(dashboard)) as {
      uid: string;
      panels: { id: number; targets?: { refId: string }[] }[];
    };
    expect(made.uid).toBe(uidOf(dashboard.name));
    expect(new Set(made.panels.map(({ id }) => id)).size).toBe(made.panels.length);
    expect(made.panels.length).toBe(panels.length + dashboard.rows.length);
    expect(
      made.panels.flatMap(({ targets = [] }) => targets).filter(({ refId }) => !refId),
    ).toEqual([]);
  });
});

test("a link opens the main figures as graphs of Prometheus' own page", () => {
  const path = prometheusPath(['sum(up{job="api"})', "vector(0)"]);
  expect(path).toBe(
    "/query?g0.expr=sum(up%7Bjob%3D%22api%22%7D)&g0.tab=graph&g0.range_input=6h&g1.expr=vector(0)&g1.tab=graph&g1.range_input=6h",
  );
  const url = new URL(prometheusPath(mainExprs(dashboards.jobs)), "http://prometheus");
  expect(url.searchParams.get("g0.expr")).toBe(mainExprs(dashboards.jobs)[0]);
});

describe("with monitoring", () => {
  let maps: Registration[];
  beforeAll(async () => {
    const config = testConfig({ monitoring: { enabled: true } });
    const resources = await platformOn(config);
    maps = resources.filter(({ inputs }) => JSON.stringify(inputs).includes("grafana_dashboard"));
  });

  test("each dashboard is a ConfigMap that Grafana's sidecar takes", () => {
    const found = maps.map(({ inputs }) => {
      const { metadata, data } = inputs as {
        metadata: { namespace: string; labels: Record<string, string> };
        data: Record<string, string>;
      };
      const [file] = Object.keys(data);
      const text = Object.values(data).join("");
      const { uid } = JSON.parse(text) as { uid: string };
      return [metadata.namespace, metadata.labels["grafana_dashboard"], file, uid];
    });
    expect(found.toSorted()).toEqual(
      Object.keys(dashboards)
        .map((name) => ["framewright-ops", "1", `${name}.json`, `framewright-${name}`])
        .toSorted(),
    );
  });
});
