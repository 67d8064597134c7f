import type { EgressSection } from "../../config/schema.ts";
import type { Growth } from "../../infra/cluster.ts";

/** In the namespace of the workers: recorders, their proxy, and a LiveKit server. */
export function egressGrowth({
  enabled,
  replicas,
  proxy,
  livekit,
}: Pick<EgressSection, "enabled" | "replicas" | "proxy" | "livekit">): Growth[] {
  const pods = replicas.max + proxy.replicas.max + (livekit.enabled ? 1 : 0);
  return enabled ? [{ role: "workers", pods }] : [];
}
