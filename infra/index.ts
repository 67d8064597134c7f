import type { StackConfig } from "../config/load.ts";
import type { Cluster } from "./cluster.ts";
import { localCluster } from "./local/local-cluster.ts";
import { Tenancy } from "./tenancy/tenancy.ts";

function provisionCloud(config: StackConfig): Cluster {
  switch (config.cloud) {
    // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- one cloud, until gke and eks join
    case "local":
      return localCluster({
        section: config.local,
        target: config.target,
        retainVolumes: config.retainVolumes,
      });
  }
}

/** A cluster with its namespaces, guards and priorities: ready to schedule on. */
export function provisionCluster(config: StackConfig): Cluster {
  const cluster = provisionCloud(config);
  const tenancy = new Tenancy(
    "tenancy",
    { dns: cluster.dns },
    { provider: cluster.provider, dependsOn: [...cluster.ready] },
  );
  return { ...cluster, ready: [...cluster.ready, tenancy] };
}
