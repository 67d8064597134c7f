import type { StackConfig } from "../config/load.ts";
import type { Cluster } from "../infra/cluster.ts";
import { Api } from "./api/api.ts";
import { ObjectStore } from "./object-store/object-store.ts";
import { Postgres } from "./postgres/postgres.ts";
import { Rabbitmq } from "./rabbitmq/rabbitmq.ts";
import { Redis } from "./redis/redis.ts";
import { CpuWorkers } from "./workers/cpu-workers.ts";

/** Everything that runs on the cluster, wired together. */
export function deployPlatform(cluster: Cluster, config: StackConfig) {
  const { logLevel } = config;
  const { edge } = cluster;
  if (edge.kind !== "node-port") throw new Error("buckets are not wired yet");
  const on = { provider: cluster.provider, dependsOn: [...cluster.ready] };
  const postgres = new Postgres("postgres", { cluster, ...config.postgres }, on);
  const redis = new Redis("redis", { cluster, ...config.redis }, on);
  const rabbitmq = new Rabbitmq("rabbitmq", { cluster, ...config.rabbitmq }, on);
  const objectStore = new ObjectStore("object-store", { cluster, edge, ...config.objectStore }, on);
  const api = new Api(
    "api",
    {
      cluster,
      logLevel,
      ...config.api,
      dependencies: {
        database: postgres,
        cache: redis,
        broker: { endpoint: rabbitmq.endpoint, url: rabbitmq.apiUrl },
        objectStore,
      },
    },
    { ...on, dependsOn: [...cluster.ready, postgres, redis, rabbitmq, objectStore] },
  );
  const workers = new CpuWorkers(
    "workers-cpu",
    {
      cluster,
      logLevel,
      ...config.workers.cpu,
      api: { endpoint: api.workerEndpoint, adminSecret: api.workerAdminSecret },
      broker: { endpoint: rabbitmq.endpoint, url: rabbitmq.workerUrl },
      objectStore: objectStore.endpoint,
    },
    { ...on, dependsOn: [...cluster.ready, api] },
  );
  return { api, workers };
}
