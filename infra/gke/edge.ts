import { ownersGateway, type BalancedEdge, type LoadBalancerEdge } from "../cluster.ts";

/** Annotations that GKE reads. On the internet it still makes the older target pools unless asked for this ("rbs"). */
function annotations(edge: BalancedEdge): Record<string, string> {
  return edge.public
    ? { "cloud.google.com/l4-rbs": "enabled" }
    : { "networking.gke.io/load-balancer-type": "Internal" };
}

/**
 * From where Google asks whether a node is well (cloud.google.com/load-balancing/docs/health-check-concepts,
 * "Probe IP ranges and firewall rules"): the first two for load balancers inside, the others for those outside.
 */
const probes = {
  internal: ["35.191.0.0/16", "130.211.0.0/22"],
  external: ["35.191.0.0/16", "209.85.152.0/22", "209.85.204.0/22"],
} as const;

/**
 * From where the proxies of global external load balancers call, and the checks of all of them; those of other classes have the
 * proxy-only subnet (cloud.google.com/load-balancing/docs/health-check-concepts).
 */
const frontEnds = ["35.191.0.0/16", "130.211.0.0/22"];

export interface LoadBalancerArgs {
  readonly edge: BalancedEdge;
  /** Where nodes have their addresses: a node that passes a packet on to another one puts its own on it. */
  readonly nodes: string;
}

/**
 * A network load balancer for each Service, which passes packets through as they are: it can't end TLS. Without the stack's
 * proxy URLs are http at port 80: keep them internal, or put TLS in front.
 */
export function loadBalancerEdge({ edge, nodes }: LoadBalancerArgs): LoadBalancerEdge {
  const { apiHost, workerApiHost, gateway } = edge;
  if (apiHost === undefined || workerApiHost === undefined) {
    throw new RangeError("edge.apiHost and edge.workerApiHost: a stack on gke needs both");
  }
  const scheme = edge.enabled === true || gateway !== undefined ? "https" : "http";
  const checks = probes[edge.public ? "external" : "internal"];
  const cidrs = [...new Set([nodes, ...edge.allowedCidrs, ...checks])];
  return {
    kind: "load-balancer",
    urls: { api: `${scheme}://${apiHost}`, workerApi: `${scheme}://${workerApiHost}` },
    annotations: annotations(edge),
    port: 80,
    allowedCidrs: edge.allowedCidrs,
    clients: cidrs.map((cidr) => ({ cidr, except: [] })),
    ...(gateway && { gateway: ownersGateway(gateway, { kind: "gke", cidrs: frontEnds }) }),
  };
}
