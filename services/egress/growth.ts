import type { EgressSection } from "../../config/schema.ts";
import type { Growth } from "../../infra/cluster.ts";

/** In the namespace of the workers. */
export function egressGrowth({
  enabled,
  replicas,
}: Pick<EgressSection, "enabled" | "replicas">): Growth[] {
  return enabled ? [{ role: "workers", pods: replicas.max }] : [];
}
