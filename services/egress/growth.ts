import type { EgressSection } from "../../config/schema.ts";
import type { Edge, Growth } from "../../infra/cluster.ts";
import { livekitPorts } from "./livekit.ts";

/** A profile is put on each node, of which a stack may have this many. */
const nodes = 200;

/** In the namespace of the workers: recorders, their proxy, and a LiveKit server. */
export function egressGrowth(
  {
    enabled,
    replicas,
    proxy,
    livekit,
    web,
  }: Pick<EgressSection, "enabled" | "replicas" | "proxy" | "livekit" | "web">,
  edge: Pick<Edge, "kind">,
): Growth[] {
  if (!enabled) return [];
  const pages = web.enabled ? web.replicas.max : 0;
  const pods = replicas.max + proxy.replicas.max + (livekit.enabled ? 1 : 0) + pages;
  const onNodes = livekit.enabled && edge.kind === "node-port";
  return [
    { role: "workers", pods, nodePorts: onNodes ? livekitPorts.length : 0 },
    ...(web.enabled ? ([{ role: "nodeAgents", pods: nodes }] as const) : []),
  ];
}
