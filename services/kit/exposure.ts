import type * as k8s from "@pulumi/kubernetes";
import type { Edge, IpBlock, LoadBalancerEdge } from "../../infra/cluster.ts";
import { selectorLabels, type App } from "./app.ts";

/** From where packets of clients outside the cluster come, as peers of a NetworkPolicy. */
export function clientBlocks(edge: Edge): readonly IpBlock[] {
  return edge.kind === "node-port" ? [edge.clients] : edge.clients;
}

/** A load balancer of its own for one port of an app. */
export function loadBalancerSpec(
  app: App,
  targetPort: string,
  edge: LoadBalancerEdge,
): k8s.types.input.core.v1.ServiceSpec {
  return {
    type: "LoadBalancer",
    selector: selectorLabels(app),
    // Keeps the client's address: rate limits, logs and NetworkPolicies use it. The balancer sends
    // packets only to nodes that have a pod.
    externalTrafficPolicy: "Local",
    loadBalancerSourceRanges: [...edge.allowedCidrs],
    ports: [{ name: targetPort, port: edge.port, targetPort }],
  };
}
