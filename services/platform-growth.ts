import type { StackConfig } from "../config/load.ts";
import type { Cluster, Growth } from "../infra/cluster.ts";
import { apiGrowth } from "./api/growth.ts";
import { autoscalingGrowth } from "./autoscaling/growth.ts";
import { edgeGrowth } from "./edge/growth.ts";
import { egressGrowth } from "./egress/growth.ts";
import { logsGrowth } from "./logs/growth.ts";
import { modelQueuesGrowth } from "./models/growth.ts";
import { monitoringGrowth } from "./monitoring/growth.ts";
import { tracingGrowth } from "./tracing/growth.ts";
import { webhooksGrowth } from "./webhooks/growth.ts";
import { workersGrowth } from "./workers/growth.ts";
import { exposureBy } from "./kit/network/exposure.ts";
import { workerFlavours } from "./workers/flavours.ts";

/** How large the services may grow; those of the data namespace are few and of a fixed size. */
export function platformGrowth(cluster: Cluster, config: StackConfig): Growth[] {
  const { api, webhooks, workers, monitoring, logs } = config;
  const exposure = exposureBy(cluster.edge, config.edge.enabled);
  return [
    apiGrowth(api.replicas, exposure),
    workersGrowth(workerFlavours(workers, cluster), cluster.pools),
    ...modelQueuesGrowth(config.modelServices, config.autoscaling),
    ...webhooksGrowth(webhooks),
    ...egressGrowth(config.egress, cluster.edge),
    ...monitoringGrowth(monitoring),
    ...logsGrowth(logs),
    ...tracingGrowth(config.tracing),
    ...autoscalingGrowth(config.autoscaling),
    ...edgeGrowth(config.edge, cluster.edge),
  ];
}
