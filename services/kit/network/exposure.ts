import type * as k8s from "@pulumi/kubernetes";
import type {
  Edge,
  IpBlock,
  LoadBalancerEdge,
  NodePortEdge,
  OwnersGateway,
} from "../../../infra/cluster.ts";
import { selectorLabels, type App } from "../app.ts";

/** As clients write them, without a slash at the end. */
export interface PublicUrls {
  readonly api: string;
  readonly workerApi: string;
}

/** How clients reach an app: at a port or load balancer of its own, or through the stack's proxy or the owner's Gateway alone. */
export type Exposure =
  | { readonly kind: "own"; readonly edge: Edge }
  | { readonly kind: "gateway"; readonly urls: PublicUrls; readonly gateway: OwnersGateway }
  | { readonly kind: "proxy"; readonly urls: PublicUrls };

/** A port for each API: on one machine there are no names to tell them by. */
function proxyUrls(edge: Edge): PublicUrls {
  if (edge.kind === "load-balancer") return edge.urls;
  const { host, ports } = edge;
  return {
    api: `https://${host}:${ports.edge}`,
    workerApi: `https://${host}:${ports.edgeWorkers}`,
  };
}

export function exposureBy(edge: Edge, hasProxy: boolean): Exposure {
  if (hasProxy) return { kind: "proxy", urls: proxyUrls(edge) };
  return edge.kind === "load-balancer" && edge.gateway !== undefined
    ? { kind: "gateway", urls: edge.urls, gateway: edge.gateway }
    : { kind: "own", edge };
}

/** The edge at which an app has a port or load balancer of its own. */
export function ownEdge(exposure: Exposure): Edge | undefined {
  return exposure.kind === "own" ? exposure.edge : undefined;
}

export function ownNodePorts(exposure: Exposure): NodePortEdge | undefined {
  const edge = ownEdge(exposure);
  return edge?.kind === "node-port" ? edge : undefined;
}

/** From where packets of clients outside the cluster come, as peers of a NetworkPolicy. */
export function clientBlocks(edge: Edge): readonly IpBlock[] {
  return edge.kind === "node-port" ? [edge.clients] : edge.clients;
}

/** A load balancer for these ports of an app, from those at the balancer to the names of the pod's. */
export function balancerSpec(
  app: App,
  ports: readonly { readonly port: number; readonly targetPort: string }[],
  edge: LoadBalancerEdge,
): k8s.types.input.core.v1.ServiceSpec {
  return {
    type: "LoadBalancer",
    selector: selectorLabels(app),
    // Keeps the client's address: rate limits, logs and NetworkPolicies use it. The balancer sends
    // packets only to nodes that have a pod.
    externalTrafficPolicy: "Local",
    loadBalancerSourceRanges: [...edge.allowedCidrs],
    ports: ports.map(({ port, targetPort }) => ({ name: targetPort, port, targetPort })),
  };
}

/** A load balancer of its own for one port of an app. */
export function loadBalancerSpec(
  app: App,
  targetPort: string,
  edge: LoadBalancerEdge,
): k8s.types.input.core.v1.ServiceSpec {
  return balancerSpec(app, [{ port: edge.port, targetPort }], edge);
}
