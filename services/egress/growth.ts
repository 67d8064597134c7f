import type { EgressSection } from "../../config/schema.ts";
import type { Edge, Growth } from "../../infra/cluster.ts";
import { livekitPorts } from "./livekit.ts";

/** In the namespace of the workers: recorders, their proxy, and a LiveKit server. */
export function egressGrowth(
  {
    enabled,
    replicas,
    proxy,
    livekit,
  }: Pick<EgressSection, "enabled" | "replicas" | "proxy" | "livekit">,
  edge: Pick<Edge, "kind">,
): Growth[] {
  const pods = replicas.max + proxy.replicas.max + (livekit.enabled ? 1 : 0);
  const onNodes = livekit.enabled && edge.kind === "node-port";
  return enabled ? [{ role: "workers", pods, nodePorts: onNodes ? livekitPorts.length : 0 }] : [];
}
