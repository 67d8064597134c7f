import type { StackConfig } from "../config/load.ts";
import type { Cluster, GpuCapacity } from "./cluster.ts";
import { eksCluster } from "./eks/eks-cluster.ts";
import { gkeCluster } from "./gke/gke-cluster.ts";
import { localCluster } from "./local/local-cluster.ts";
import type { PlatformSize } from "./tenancy/quotas.ts";
import { Tenancy } from "./tenancy/tenancy.ts";

export { describePools } from "./gpu/pools.ts";

function provisionCloud(config: StackConfig): Cluster {
  const made = {
    gpuPools: config.gpuPools,
    images: config.images,
    edge: config.edge,
    managedPostgres: config.postgres.managed,
    deletionProtection: config.deletionProtection,
    retainVolumes: config.retainVolumes,
  };
  switch (config.cloud) {
    case "local":
      return localCluster({
        section: config.local,
        target: config.target,
        retainVolumes: config.retainVolumes,
      });
    case "gke":
      return gkeCluster({ section: config.gke, ...made });
    case "eks":
      return eksCluster({ section: config.eks, ...made });
  }
}

/** Names of the client API and of the worker API, each at a load balancer of its own. */
const loadBalancers = { "node-port": 0, "load-balancer": 2 } as const satisfies Record<
  Cluster["edge"]["kind"],
  number
>;

function gpusOf({ pools }: Cluster): GpuCapacity[] {
  return pools.flatMap(({ gpu }) => (gpu === undefined ? [] : [gpu]));
}

/** Each GPU model that encodes has NVENC workers of its own. */
function encodingModels(cluster: Cluster): number {
  const encoding = gpusOf(cluster).filter(({ videoEncode }) => videoEncode);
  return new Set(encoding.map(({ model }) => model)).size;
}

/** What the services of a stack may grow to. */
function platformSize(cluster: Cluster, { api, workers }: StackConfig): PlatformSize {
  const nvenc = encodingModels(cluster) * workers.nvenc.replicas.max;
  return {
    pods: {
      api: api.replicas.max,
      workers: workers.cpu.replicas.max + workers.vaapi.replicas.max + nvenc,
    },
    loadBalancers: loadBalancers[cluster.edge.kind],
    workerSlices: gpusOf(cluster).length > 0 ? nvenc : undefined,
  };
}

/** A cluster with its namespaces, guards and priorities: ready to schedule on. */
export function provisionCluster(config: StackConfig): Cluster {
  const cluster = provisionCloud(config);
  const tenancy = new Tenancy(
    "tenancy",
    {
      dns: cluster.dns,
      size: platformSize(cluster, config),
      models: gpusOf(cluster).length > 0 ? config.models : undefined,
    },
    { provider: cluster.provider, dependsOn: [...cluster.ready] },
  );
  return { ...cluster, ready: [...cluster.ready, tenancy] };
}
