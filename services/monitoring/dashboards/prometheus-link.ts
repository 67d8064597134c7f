/** As many graphs as a page shows at once without a wait. */
const mostGraphs = 16;

/** The path of Prometheus' own page with a graph for each expression. https://prometheus.io/docs/visualization/browser */
export function prometheusPath(exprs: readonly string[], range = "6h"): string {
  const parameters = exprs
    .slice(0, mostGraphs)
    .flatMap((expr, index) => [
      `g${index}.expr=${encodeURIComponent(expr)}`,
      `g${index}.tab=graph`,
      `g${index}.range_input=${range}`,
    ]);
  return `/query?${parameters.join("&")}`;
}
