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

/** What the container calls the port; the one port of workers answers probes as well, and is named after that. */
export function portNameOf({ component }: App): string {
  return component === "worker" ? "health" : "metrics";
}
