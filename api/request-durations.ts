import { Histogram, type HistogramConfiguration } from "prom-client";

type Label = "server" | "method" | "route" | "status";
type Collected = Awaited<ReturnType<Histogram<Label>["get"]>>;

/** A request that was answered. */
interface Answered {
  readonly method: string;
  readonly route: string;
  readonly status: number;
  readonly seconds: number;
}

interface Series {
  readonly labels: Readonly<Record<Label, string | number>>;
  /** Of each bucket alone; the last one has no bound. */
  readonly counts: number[];
  sum: number;
}

function getOrMake<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

/**
 * The times of requests. prom-client makes a text of all labels and one of the bucket for each observation, a tenth of
 * what a short request costs; here a series is found by its labels as they are. What is scraped is the same.
 */
export class RequestDurations extends Histogram<Label> {
  readonly #name: string;
  readonly #bounds: readonly number[];
  /** What a registry asks beside the values. */
  readonly #empty: Histogram;
  readonly #series: Series[] = [];

  constructor(config: Omit<HistogramConfiguration<Label>, "labelNames"> & { buckets: number[] }) {
    super({ ...config, labelNames: ["server", "method", "route", "status"] });
    this.#name = config.name;
    this.#bounds = config.buckets;
    this.#empty = new Histogram({ ...config, registers: [] });
  }

  /** What counts the requests of one server. */
  counterOf(server: string): (request: Answered) => void {
    const bounds = this.#bounds;
    const routes = new Map<string, Map<string, Map<number, Series>>>();
    return ({ method, route, status, seconds }) => {
      const methods = getOrMake(routes, route, () => new Map<string, Map<number, Series>>());
      const statuses = getOrMake(methods, method, () => new Map<number, Series>());
      const series = getOrMake(statuses, status, () =>
        this.#begin({ server, method, route, status }),
      );
      let bucket = 0;
      while (bucket < bounds.length && seconds > (bounds[bucket] ?? 0)) bucket += 1;
      series.counts[bucket] = (series.counts[bucket] ?? 0) + 1;
      series.sum += seconds;
    };
  }

  override async get(): Promise<Collected> {
    const values = this.#series.flatMap((series) => this.#valuesOf(series));
    return { ...(await this.#empty.get()), values };
  }

  /** As {@link get}: what a registry asks of a histogram for the text that is scraped. */
  getForPromString(): Promise<Collected> {
    return this.get();
  }

  #begin(labels: Series["labels"]): Series {
    const series = { labels, counts: [...this.#bounds, Infinity].map(() => 0), sum: 0 };
    this.#series.push(series);
    return series;
  }

  #valuesOf({ labels, counts, sum }: Series): Collected["values"] {
    let count = 0;
    const buckets = counts.map((own, bucket) => {
      count += own;
      // Each le is a label beside those that one may observe by.
      const le = this.#bounds[bucket] ?? "+Inf";
      return { metricName: `${this.#name}_bucket`, labels: { le, ...labels }, value: count };
    });
    return [
      ...buckets,
      { metricName: `${this.#name}_sum`, labels, value: sum },
      { metricName: `${this.#name}_count`, labels, value: count },
    ];
  }
}
