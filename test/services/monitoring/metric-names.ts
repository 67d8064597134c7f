/** Words of PromQL that are no metrics; those that our rules and panels use. */
const words = new Set([
  ...["sum", "max", "min", "avg", "count", "rate", "increase", "histogram_quantile", "absent"],
  ...["min_over_time", "max_over_time", "time", "vector", "topk", "clamp_min", "scalar", "changes"],
  ...["by", "on", "without", "and", "or", "unless", "ignoring", "group_left", "bool", "inf"],
]);

/** The metrics that an expression reads. */
export function metricsOf(expr: string): string[] {
  const bare = expr
    .replace(/"[^"]*"/g, "")
    .replace(/\{[^}]*\}/g, " ")
    .replace(/\[[^\]]*\]/g, " ")
    .replace(/\b(by|on|without|ignoring|group_left)\s*\([^)]*\)/g, " ");
  const names = bare.match(/[a-zA-Z_:][a-zA-Z0-9_:]*/g) ?? [];
  return [...new Set(names.filter((name) => !words.has(name)))];
}

/** `x_bucket`, `x_sum` and `x_count` are series of the histogram x. */
export function histogramOf(name: string): string {
  return name.replace(/_(bucket|sum|count)$/, "");
}
