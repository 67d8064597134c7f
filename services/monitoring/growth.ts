import type { MonitoringSection } from "../../config/schema.ts";
import type { Growth } from "../../infra/cluster.ts";

/** Exporters of objects, Postgres and Redis; with our own Prometheus also that and Alertmanager. */
export function monitoringGrowth({
  enabled,
  kind,
}: Pick<MonitoringSection, "enabled" | "kind">): Growth[] {
  return enabled ? [{ role: "ops", pods: kind === "own" ? 5 : 3 }] : [];
}
