import { Counter, Gauge, Registry } from "prom-client";
import { kinds } from "./kinds.ts";
import type { Kubernetes } from "./kubernetes.ts";
import { seriesRows, type Sample, type SeriesName } from "./series.ts";

/** Keeps what the last look at the Kubernetes API found, and nothing from before it. */
export class Exporter {
  readonly registry = new Registry();
  readonly #kubernetes: Pick<Kubernetes, "list">;
  readonly #namespaces: readonly string[];
  readonly #metrics: ReadonlyMap<SeriesName, Gauge | Counter>;
  #looking: Promise<void> | undefined;

  constructor(kubernetes: Pick<Kubernetes, "list">, namespaces: readonly string[]) {
    this.#kubernetes = kubernetes;
    this.#namespaces = namespaces;
    this.#metrics = new Map(
      seriesRows.map(([name, { type, help, labels }]) => {
        const options = {
          name,
          help,
          labelNames: ["namespace", ...labels],
          registers: [this.registry],
        };
        return [name, type === "counter" ? new Counter(options) : new Gauge(options)] as const;
      }),
    );
  }

  /** Lists everything anew; scrapes at the same time share one look. Rejects when the API does not answer. */
  refresh(): Promise<void> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async #look(): Promise<void> {
    const found: Sample[] = [];
    for (const namespace of this.#namespaces) {
      for (const { group, resource, samplesOf } of kinds) {
        const path = `${group}/namespaces/${namespace}/${resource}`;
        for await (const object of this.#kubernetes.list(path)) found.push(...samplesOf(object));
      }
    }
    // Without a pause between emptying and filling, so that no scrape sees half of it.
    this.registry.resetMetrics();
    for (const { name, labels, value } of found) this.#metrics.get(name)?.inc(labels, value);
  }
}
