import type { ReplicaBounds } from "../../config/schema.ts";
import type { Edge, Growth } from "../../infra/cluster.ts";
import { balancers } from "./exposure.ts";

export function apiGrowth(replicas: ReplicaBounds, edge: Edge): Growth {
  return {
    role: "api",
    pods: replicas.max,
    loadBalancers: edge.kind === "load-balancer" ? balancers.length : 0,
  };
}
