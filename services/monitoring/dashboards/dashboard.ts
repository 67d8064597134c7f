/** The file names of docs/dashboards. */
export type DashboardName = "overview" | "jobs" | "gpu" | "storage-and-database";

/** Units by Grafana's names. */
type Unit = "short" | "percentunit" | "s" | "bytes" | "Bps" | "reqps" | "ops" | "celsius" | "watt";

export interface Query {
  readonly expr: string;
  /** `{{class}}`: the value of a label. */
  readonly legend?: string;
}

export interface Panel {
  readonly title: string;
  /** `stat` is one figure, `heatmap` shows the buckets of a histogram over time. */
  readonly kind: "timeseries" | "stat" | "heatmap";
  readonly unit: Unit;
  readonly queries: readonly [Query, ...Query[]];
  /** What a reader may not know. */
  readonly description?: string;
}

export interface Row {
  readonly title: string;
  readonly panels: readonly Panel[];
}

export interface Dashboard {
  readonly name: DashboardName;
  readonly title: string;
  readonly description: string;
  /** The first one has the main figures: alerts lead there. */
  readonly rows: readonly [Row, ...Row[]];
}

/** What Grafana's addresses have of it. */
export function uidOf(name: DashboardName): string {
  return `framewright-${name}`;
}

/** The expressions of the main figures. */
export function mainExprs({ rows: [main] }: Dashboard): string[] {
  return main.panels.flatMap(({ queries }) => queries.map(({ expr }) => expr));
}

type Details = Partial<Pick<Panel, "description">>;
type Queries = readonly [Query, ...Query[]];

/** Lines over time. */
export function lines(title: string, unit: Unit, queries: Queries, details: Details = {}): Panel {
  return { title, kind: "timeseries", unit, queries, ...details };
}

/** One figure. */
export function figure(title: string, unit: Unit, expr: string, details: Details = {}): Panel {
  return { title, kind: "stat", unit, queries: [{ expr }], ...details };
}

/** How the values of a histogram are spread. @param buckets series of `_bucket`, with `le` */
export function spread(title: string, unit: Unit, buckets: string, details: Details = {}): Panel {
  const expr = `sum by (le) (increase(${buckets}[5m]))`;
  return { title, kind: "heatmap", unit, queries: [{ expr, legend: "{{le}}" }], ...details };
}

/** Quantiles of a histogram, by labels where there are any. */
export function quantiles(
  buckets: string,
  {
    by = [],
    of = [0.5, 0.95, 0.99],
  }: { readonly by?: readonly string[]; readonly of?: readonly number[] } = {},
): [Query, ...Query[]] {
  const labels = ["le", ...by].join(", ");
  const queries = of.map((quantile) => ({
    expr: `histogram_quantile(${quantile}, sum by (${labels}) (rate(${buckets}[5m])))`,
    legend: [...by.map((label) => `{{${label}}}`), `p${quantile * 100}`].join(" "),
  }));
  const [first, ...rest] = queries;
  if (first === undefined) throw new RangeError("no quantile was asked for");
  return [first, ...rest];
}
