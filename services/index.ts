import * as pulumi from "@pulumi/pulumi";
import type { StackConfig } from "../config/load.ts";
import type { Cluster, Growth } from "../infra/cluster.ts";
import { Api } from "./api/api.ts";
import { apiGrowth } from "./api/growth.ts";
import { bucketStore } from "./object-store/bucket.ts";
import { ObjectStore } from "./object-store/object-store.ts";
import { managedPostgres } from "./postgres/managed.ts";
import { Postgres } from "./postgres/postgres.ts";
import { Rabbitmq } from "./rabbitmq/rabbitmq.ts";
import { Redis } from "./redis/redis.ts";
import { webhooksGrowth } from "./webhooks/growth.ts";
import { WebhookSender } from "./webhooks/webhook-sender.ts";
import { classesOf, workerFlavours, type Flavour } from "./workers/flavours.ts";
import { workersGrowth } from "./workers/growth.ts";
import { WorkerFamily } from "./workers/worker-family.ts";

/** Where a service is deployed: on which cluster, and after what. */
interface Placement {
  readonly cluster: Cluster;
  readonly config: StackConfig;
  readonly on: pulumi.ComponentResourceOptions;
}

function database({ cluster, config, on }: Placement) {
  return cluster.database.kind === "managed"
    ? managedPostgres(cluster.database)
    : new Postgres("postgres", { cluster, ...config.postgres }, on);
}

function mediaStore({ cluster, config, on }: Placement) {
  const { objectStorage, edge } = cluster;
  if (objectStorage.kind === "bucket") return bucketStore(objectStorage);
  if (edge.kind !== "node-port") {
    throw new RangeError(`media on a volume need an edge of node ports, not ${edge.kind}`);
  }
  return new ObjectStore("object-store", { cluster, edge, ...config.objectStore }, on);
}

/** How large the services may grow; those of the data namespace are few and of a fixed size. */
export function platformGrowth(cluster: Cluster, config: StackConfig): Growth[] {
  const { api, webhooks, workers } = config;
  return [
    apiGrowth(api.replicas, cluster.edge),
    workersGrowth(workerFlavours(workers, cluster), cluster.pools),
    ...webhooksGrowth(webhooks),
  ];
}

function brokerClient(flavour: Flavour) {
  return { name: flavour.name, classes: classesOf(flavour) };
}

/** Everything that runs on the cluster, wired together. */
export function deployPlatform(cluster: Cluster, config: StackConfig) {
  const { logLevel, limits, retention, urlInput, webhooks } = config;
  const on = { provider: cluster.provider, dependsOn: [...cluster.ready] };
  const placement = { cluster, config, on };
  const redis = new Redis("redis", { cluster, ...config.redis }, on);
  const flavours = workerFlavours(config.workers, cluster);
  const rabbitmq = new Rabbitmq(
    "rabbitmq",
    { cluster, ...config.rabbitmq, workers: flavours.map(brokerClient) },
    on,
  );
  const backends = { database: database(placement), mediaStore: mediaStore(placement) };
  const own = Object.values(backends).filter(
    (backend) => backend instanceof pulumi.ComponentResource,
  );
  const api = new Api(
    "api",
    {
      cluster,
      logLevel,
      limits,
      retention,
      urlInput,
      webhooks,
      ...config.api,
      jobAccel: flavours[0]?.accel ?? "cpu",
      dependencies: {
        ...backends,
        cache: redis,
        broker: { endpoint: rabbitmq.endpoint, url: rabbitmq.apiUrl },
      },
    },
    { ...on, dependsOn: [...cluster.ready, redis, rabbitmq, ...own] },
  );
  if (webhooks.enabled) {
    new WebhookSender(
      "webhooks",
      { cluster, logLevel, database: backends.database, key: api.webhookKey, ...webhooks },
      { ...on, dependsOn: [...cluster.ready, api] },
    );
  }
  for (const flavour of flavours) {
    new WorkerFamily(
      `workers-${flavour.name}`,
      {
        cluster,
        logLevel,
        limits,
        urlInput,
        inputBuckets: config.api.inputBuckets,
        flavour,
        api: { endpoint: api.workerEndpoint, adminSecret: api.workerAdminSecret },
        broker: { endpoint: rabbitmq.endpoint, url: rabbitmq.workerUrl(flavour.name) },
        mediaStore: backends.mediaStore,
      },
      { ...on, dependsOn: [...cluster.ready, api] },
    );
  }
  return { api };
}
