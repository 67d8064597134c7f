import type { Builder } from "@grafana/grafana-foundation-sdk/cog";
import { ReduceDataOptionsBuilder } from "@grafana/grafana-foundation-sdk/common";
import {
  DashboardBuilder,
  DashboardCursorSync,
  DatasourceVariableBuilder,
  RowBuilder,
  type Panel as GrafanaPanel,
} from "@grafana/grafana-foundation-sdk/dashboard";
import { PanelBuilder as Heatmap } from "@grafana/grafana-foundation-sdk/heatmap";
import { DataqueryBuilder, PromQueryFormat } from "@grafana/grafana-foundation-sdk/prometheus";
import { PanelBuilder as Stat } from "@grafana/grafana-foundation-sdk/stat";
import { PanelBuilder as TimeSeries } from "@grafana/grafana-foundation-sdk/timeseries";
import {
  uidOf,
  type Dashboard,
  type Panel,
  type Query,
} from "../../../services/monitoring/dashboards/dashboard.ts";

/** Whatever Prometheus the reader chooses above the panels. */
const datasource = { type: "prometheus", uid: "${datasource}" };

/** Grafana's grid has 24 columns. */
const sizes = {
  stat: { width: 3, height: 4 },
  timeseries: { width: 8, height: 8 },
  heatmap: { width: 8, height: 8 },
} as const;

function target({ expr, legend }: Query, kind: Panel["kind"]): DataqueryBuilder {
  const query = new DataqueryBuilder().expr(expr).datasource(datasource);
  if (legend !== undefined) query.legendFormat(legend);
  if (kind === "heatmap") query.format(PromQueryFormat.Heatmap);
  return kind === "stat" ? query.instant() : query.range();
}

function builderOf(kind: Panel["kind"]): Heatmap | Stat | TimeSeries {
  if (kind === "heatmap") return new Heatmap();
  const last = new ReduceDataOptionsBuilder().calcs(["lastNotNull"]);
  return kind === "stat" ? new Stat().reduceOptions(last) : new TimeSeries();
}

function panel({ kind, title, unit, queries, description }: Panel, id: number): Builder<GrafanaPanel> {
  const { width, height } = sizes[kind];
  const built = builderOf(kind).id(id).title(title).unit(unit).datasource(datasource);
  built.span(width).height(height);
  if (description !== undefined) built.description(description);
  for (const [index, query] of queries.entries()) {
    built.withTarget(target(query, kind).refId(String.fromCharCode(65 + index)));
  }
  return built;
}

/** A dashboard as Grafana takes it, by import or by the sidecar that looks for ConfigMaps. */
export function renderDashboard(dashboard: Dashboard): string {
  // oxlint-disable-next-line typescript/no-deprecated -- every Grafana reads this form, the newer one only from 12 on
  const builder = new DashboardBuilder(dashboard.title)
    .uid(uidOf(dashboard.name))
    .description(dashboard.description)
    .tags(["framewright"])
    .timezone("browser")
    .refresh("30s")
    .time({ from: "now-6h", to: "now" })
    .tooltip(DashboardCursorSync.Crosshair)
    .withVariable(new DatasourceVariableBuilder("datasource").label("Prometheus").type("prometheus"));
  let id = 0;
  for (const { title, panels } of dashboard.rows) {
    builder.withRow(new RowBuilder(title).id((id += 1)));
    for (const one of panels) builder.withPanel(panel(one, (id += 1)));
  }
  return `${JSON.stringify(builder.build(), null, 2)}\n`;
}
