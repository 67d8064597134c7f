import { namespaces } from "../../infra/cluster.ts";
import type { TlsEndpoint } from "../kit/tls/inside-tls.ts";

/**
 * A port of an app whose pods answer /metrics. Where it is scraped by the platform's own Prometheus, its container has to call the
 * port `metrics`; others are in `otherPortNames` (scrape-endpoints.ts).
 */
export type ScrapeTarget = TlsEndpoint;

/** The namespaces of the platform that exist: those of its spine, of monitoring itself, and of what is scraped. */
export function monitoredNamespaces(targets: readonly ScrapeTarget[]): string[] {
  const { data, api, workers, ops } = namespaces;
  return [...new Set([data, api, workers, ops, ...targets.map(({ app }) => app.namespace)])];
}
