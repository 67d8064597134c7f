import type { App } from "../kit/app.ts";

/** One page of figures of an app. */
export interface ScrapeEndpoint {
  readonly path: string;
  readonly params?: { readonly family: string[] };
  /** Of its series; unset: the app's name. */
  readonly job?: string;
}

/** A page beside `/metrics`, whose series have a job of their own. */
interface FurtherPage extends ScrapeEndpoint {
  readonly app: string;
  readonly job: string;
}

export const furtherPages: readonly FurtherPage[] = [
  // How long each queue is, and how many consumers it has. https://www.rabbitmq.com/docs/prometheus
  {
    app: "rabbitmq",
    job: "rabbitmq-queues",
    path: "/metrics/detailed",
    params: { family: ["queue_coarse_metrics", "queue_consumer_count"] },
  },
  // Of HAProxy's own figures none says when a certificate ends.
  { app: "edge", job: "edge-certificate", path: "/certificate" },
];

export function endpointsOf(app: App): ScrapeEndpoint[] {
  const further = furtherPages.filter((page) => page.app === app.name);
  return [
    { path: "/metrics" },
    ...further.map(({ path, params, job }) => ({ path, ...(params && { params }), job })),
  ];
}

/** What the container calls the port; the one port of workers answers probes as well, and is named after that. */
export function portNameOf({ component }: App): string {
  return component === "worker" ? "health" : "metrics";
}
