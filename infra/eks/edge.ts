import { ownersGateway, type BalancedEdge, type LoadBalancerEdge } from "../cluster.ts";
import { stackTag } from "./names.ts";
import type { ZoneSubnets } from "./subnets.ts";

const prefix = "service.beta.kubernetes.io/aws-load-balancer";

/** Annotations that the cloud controller of EKS's control plane reads; it needs no controller of ours. */
function annotations(edge: BalancedEdge, stack: string): Record<string, string> {
  return {
    [`${prefix}-type`]: "nlb",
    ...(edge.public ? {} : { [`${prefix}-internal`]: "true" }),
    [`${prefix}-cross-zone-load-balancing-enabled`]: "true",
    [`${prefix}-additional-resource-tags`]: `${stackTag}=${stack}`,
    ...(edge.certificateArn === undefined
      ? {}
      : {
          [`${prefix}-ssl-cert`]: edge.certificateArn,
          [`${prefix}-ssl-ports`]: "443",
          [`${prefix}-ssl-negotiation-policy`]: "ELBSecurityPolicy-TLS13-1-2-2021-06",
        }),
  };
}

export interface LoadBalancerArgs {
  readonly edge: BalancedEdge;
  readonly stack: string;
  readonly subnets: readonly ZoneSubnets[];
}

/**
 * A network load balancer for each Service. It keeps the clients' addresses, and its own are in the subnets that are tagged
 * for its kind: the public ones, in which nothing of the cluster is, or the private ones.
 */
export function loadBalancerEdge({ edge, stack, subnets }: LoadBalancerArgs): LoadBalancerEdge {
  const { apiHost, workerApiHost, gateway } = edge;
  if (apiHost === undefined || workerApiHost === undefined) {
    throw new RangeError("edge.apiHost and edge.workerApiHost: a stack on eks needs both");
  }
  const tls = edge.enabled === true || edge.certificateArn !== undefined || gateway !== undefined;
  const url = (host: string) => `${tls ? "https" : "http"}://${host}`;
  const own = subnets.map((zone) => (edge.public ? zone.public : zone.private));
  const cidrs = [...new Set([...own, ...edge.allowedCidrs])];
  return {
    kind: "load-balancer",
    urls: { api: url(apiHost), workerApi: url(workerApiHost) },
    annotations: annotations(edge, stack),
    port: tls ? 443 : 80,
    allowedCidrs: edge.allowedCidrs,
    clients: cidrs.map((cidr) => ({ cidr, except: [] })),
    ...(gateway && { gateway: ownersGateway(gateway, { kind: "aws", cidrs: own }) }),
  };
}
