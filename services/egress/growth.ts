import type { EgressSection } from "../../config/schema.ts";
import type { Growth } from "../../infra/cluster.ts";

/** In the namespace of the workers: recorders, and their proxy. */
export function egressGrowth({
  enabled,
  replicas,
  proxy,
}: Pick<EgressSection, "enabled" | "replicas" | "proxy">): Growth[] {
  return enabled ? [{ role: "workers", pods: replicas.max + proxy.replicas.max }] : [];
}
