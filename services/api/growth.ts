import type { ReplicaBounds } from "../../config/schema.ts";
import type { Growth } from "../../infra/cluster.ts";
import { ownEdge, type Exposure } from "../kit/network/exposure.ts";
import { balancers } from "./exposure.ts";

export function apiGrowth(replicas: ReplicaBounds, exposure: Exposure): Growth {
  return {
    role: "api",
    pods: replicas.max,
    loadBalancers: ownEdge(exposure)?.kind === "load-balancer" ? balancers.length : 0,
  };
}
