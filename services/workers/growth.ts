import { gpuResource, type Cluster, type Growth } from "../../infra/cluster.ts";
import type { Flavour } from "./flavours.ts";

function podsOf(flavours: readonly Flavour[]): number {
  return flavours.reduce((total, { replicas }) => total + replicas.max, 0);
}

/** Each worker on a GPU takes one slice; where no node has a GPU there is nothing to limit. */
export function workersGrowth(flavours: readonly Flavour[], pools: Cluster["pools"]): Growth {
  const onGpus = flavours.filter(({ device }) => device?.resource === gpuResource);
  return {
    role: "workers",
    pods: podsOf(flavours),
    gpuSlices: pools.some(({ gpu }) => gpu !== undefined) ? podsOf(onGpus) : undefined,
  };
}
