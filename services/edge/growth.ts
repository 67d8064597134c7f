import type { EdgeSection } from "../../config/schema.ts";
import type { Edge, Growth } from "../../infra/cluster.ts";

export function edgeGrowth(
  { enabled, replicas }: Pick<EdgeSection, "enabled" | "replicas">,
  edge: Pick<Edge, "kind">,
): Growth[] {
  const loadBalancers = edge.kind === "load-balancer" ? 1 : 0;
  return enabled ? [{ role: "edge", pods: replicas.max, loadBalancers }] : [];
}
