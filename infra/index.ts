import type { StackConfig } from "../config/load.ts";
import type { Cluster, Growth, SecretStore } from "./cluster.ts";
import { eksCluster } from "./eks/eks-cluster.ts";
import { gkeCluster } from "./gke/gke-cluster.ts";
import { localCluster } from "./local/local-cluster.ts";
import { Tenancy } from "./tenancy/tenancy.ts";

export { describePools } from "./gpu/pools.ts";

function secretStoreOf({ secrets }: StackConfig): SecretStore | undefined {
  const { source, store, prefix, revision } = secrets;
  if (source === "pulumi" || store === undefined) return undefined;
  return { name: store, prefix, revision };
}

function provisionCloud(config: StackConfig): Cluster {
  const made = {
    gpuPools: config.gpuPools,
    cpuPools: config.cpuPools,
    images: config.images,
    edge: config.edge,
    managedPostgres: config.postgres.managed,
    backups: config.backups.enabled,
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
      return gkeCluster({
        section: config.gke,
        keepsLines: !config.logs.enabled || config.logs.kind === "cloud",
        servesApis: config.autoscaling.enabled,
        makesKeys: secretStoreOf(config) === undefined,
        ...made,
      });
    case "eks":
      return eksCluster({ section: config.eks, keepVersions: config.keepVersions, ...made });
  }
}

/**
 * A cluster with its namespaces, guards and priorities: ready to schedule on.
 * @param growthOn how large the services may grow on the cluster.
 */
export function provisionCluster(
  config: StackConfig,
  growthOn: (cluster: Cluster, config: StackConfig) => readonly Growth[],
): Cluster {
  const cluster = provisionCloud(config);
  const hasGpus = cluster.pools.some(({ gpu }) => gpu !== undefined);
  const hasModels = Object.values(config.modelServices).some(({ enabled }) => enabled);
  const tenancy = new Tenancy(
    "tenancy",
    {
      dns: cluster.dns,
      growth: growthOn(cluster, config),
      images: cluster.imageSources,
      models: hasGpus || hasModels ? config.models : undefined,
    },
    { provider: cluster.provider, dependsOn: [...cluster.ready] },
  );
  const { userNamespaces } = config;
  return {
    ...cluster,
    userNamespaces: userNamespaces === "auto" ? cluster.userNamespaces : userNamespaces === "on",
    ready: [...cluster.ready, tenancy],
    secretStore: secretStoreOf(config),
  };
}
