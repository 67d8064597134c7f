/** The main figures at a moment; undefined is unknown. */
export interface Figures {
  /** Where they are from. */
  readonly source: "prometheus" | "api";
  /** Jobs that wait, by class; classes without any are not there. */
  readonly queued: ReadonlyMap<string, number>;
  readonly running: number | undefined;
  /** Live ones by encoder. */
  readonly workers: ReadonlyMap<string, number>;
  /** Of jobs that ended, without cancelled ones. */
  readonly succeeded: number | undefined;
  /** In seconds; 95 % of the jobs took no longer. */
  readonly timeToPlayable: number | undefined;
  /** Names of alerts that fire; undefined where nobody watches. */
  readonly alerts: readonly string[] | undefined;
}

export interface Bucket {
  readonly le: number;
  /** Values up to `le`. */
  readonly count: number;
}

/**
 * As `histogram_quantile` of Prometheus: within a bucket values are taken as evenly spread, and above the last bound
 * nothing is known but the bound. Undefined where there are no values.
 */
export function quantileOf(quantile: number, buckets: readonly Bucket[]): number | undefined {
  const sorted = buckets.toSorted((a, b) => a.le - b.le);
  const total = sorted.at(-1)?.count ?? 0;
  if (total === 0) return undefined;
  const rank = quantile * total;
  const at = sorted.findIndex(({ count }) => count >= rank);
  const found = sorted[at];
  const before = at === 0 ? { le: 0, count: 0 } : sorted[at - 1];
  if (found === undefined || before === undefined) return undefined;
  if (found.le === Infinity) return before.le;
  const share = (rank - before.count) / (found.count - before.count);
  return before.le + (found.le - before.le) * share;
}
