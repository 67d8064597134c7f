import { namespaces } from "../../infra/cluster.ts";
import { endpoint, type App } from "../kit/app.ts";

function ops(name: string): App {
  return { name, namespace: namespaces.ops, component: "monitoring" };
}

export const prometheusApp = ops("prometheus");
export const alertmanagerApp = ops("alertmanager");
export const objectsApp = ops("objects");
export const postgresExporterApp = ops("postgres-exporter");
export const redisExporterApp = ops("redis-exporter");

/** Ports of pods and Services; each serves /metrics. */
export const ports = {
  prometheus: 9090,
  alertmanager: 9093,
  objects: 9090,
  postgresExporter: 9187,
  redisExporter: 9121,
} as const;

export const alertmanagerEndpoint = endpoint(alertmanagerApp, ports.alertmanager);

/** What runs here and is scraped like everything else. */
export const ownTargets = {
  alertmanager: alertmanagerEndpoint,
  objects: endpoint(objectsApp, ports.objects),
  postgres: endpoint(postgresExporterApp, ports.postgresExporter),
  redis: endpoint(redisExporterApp, ports.redisExporter),
} as const;
