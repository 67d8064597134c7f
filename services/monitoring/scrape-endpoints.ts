import type { App } from "../kit/app.ts";

/** One page of figures of an app. */
export interface ScrapeEndpoint {
  readonly path: string;
  readonly params?: { readonly family: string[] };
  /** Of its series; unset: the app's name. */
  readonly job?: string;
}

/** Of `/metrics/detailed`: how long each queue is, and how many consumers it has. https://www.rabbitmq.com/docs/prometheus */
export const rabbitmqQueues = {
  app: "rabbitmq",
  job: "rabbitmq-queues",
  path: "/metrics/detailed",
  params: { family: ["queue_coarse_metrics", "queue_consumer_count"] },
};

export function endpointsOf(app: App): ScrapeEndpoint[] {
  const { app: broker, ...queues } = rabbitmqQueues;
  return [{ path: "/metrics" }, ...(app.name === broker ? [queues] : [])];
}

/** By component, where one port answers more than figures and is named after that. */
export const otherPortNames: Readonly<Record<string, string>> = {
  worker: "health",
  // Only a database of several servers has it.
  database: "patroni",
};

/** What the container calls the port. */
export function portNameOf({ component }: App): string {
  return otherPortNames[component] ?? "metrics";
}
