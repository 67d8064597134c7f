import * as pulumi from "@pulumi/pulumi";
import type { StackConfig } from "../config/load.ts";
import type { Cluster } from "../infra/cluster.ts";
import { Autoscaling } from "./autoscaling/autoscaling.ts";
import { DeletionCosts } from "./autoscaling/deletion-costs.ts";
import { Api } from "./api/api.ts";
import type { Endpoint } from "./kit/app.ts";
import type { DatabaseBackend } from "./kit/backends/database.ts";
import { InsideAuthority } from "./kit/tls/inside-tls.ts";
import { EdgeProxy } from "./edge/edge.ts";
import { GatewayRoutes } from "./edge/gateway-routes.ts";
import { Egress } from "./egress/egress.ts";
import { LivekitServer } from "./egress/livekit.ts";
import { EgressProxy } from "./egress/proxy.ts";
import { WebRecorders } from "./egress/web-recorders.ts";
import { logsGrowth } from "./logs/growth.ts";
import { Logs } from "./logs/logs.ts";
import { Monitoring } from "./monitoring/monitoring.ts";
import type { ScrapeTarget } from "./monitoring/targets.ts";
import { backupBucket } from "./object-store/backup-bucket.ts";
import { BackupStore } from "./object-store/backup-store.ts";
import { bucketStore } from "./object-store/bucket.ts";
import { deployModels, modelFigures, scaledModels } from "./models/deploy-models.ts";
import { ObjectStore } from "./object-store/object-store.ts";
import type { BackupArgs } from "./postgres/backup-jobs.ts";
import { managedPostgres } from "./postgres/managed.ts";
import { Postgres } from "./postgres/postgres.ts";
import { Rabbitmq } from "./rabbitmq/rabbitmq.ts";
import { Redis } from "./redis/redis.ts";
import { shownText } from "./kit/secrets/secret-text.ts";
import type { Traces } from "./kit/settings/traces.ts";
import { Tracing } from "./tracing/tracing.ts";
import { WebhookSender } from "./webhooks/webhook-sender.ts";
import { classesOf, wakeableClasses, workerFlavours, type Flavour } from "./workers/flavours.ts";
import { WorkerFamily } from "./workers/worker-family.ts";

export { platformGrowth } from "./platform-growth.ts";

/** Where a service is deployed: on which cluster, and after what. */
interface Placement {
  readonly cluster: Cluster;
  readonly config: StackConfig;
  readonly on: pulumi.ComponentResourceOptions;
}

/** Signs what servers inside of the stack show; none where none shows anything. */
function insideAuthority({ config, on }: Placement): InsideAuthority | undefined {
  const { postgres, rabbitmq, redis, objectStore } = config;
  if ([postgres, rabbitmq, redis, objectStore].every(({ tls }) => tls === "none")) return undefined;
  return new InsideAuthority("inside", config.rotations.inside, on);
}

/** Where backups lie, where they are made at all. */
function backupsOf({ cluster, config, on }: Placement): BackupArgs | undefined {
  const { backups } = config;
  if (!backups.enabled) return undefined;
  const repository =
    cluster.backupBucket === undefined
      ? new BackupStore("backup-store", { cluster, storage: backups.storage }, on)
      : backupBucket(cluster.backupBucket, cluster.secretStore);
  return { section: backups, repository };
}

function database(placement: Placement, authority: InsideAuthority | undefined) {
  const { cluster, config, on } = placement;
  if (cluster.database.kind === "managed") return managedPostgres(cluster.database);
  const backups = backupsOf(placement);
  const rotation = config.rotations.databaseOwner;
  return new Postgres(
    "postgres",
    { cluster, ...config.postgres, backups, rotation, authority },
    on,
  );
}

function mediaStore({ cluster, config, on }: Placement, authority: InsideAuthority | undefined) {
  const { objectStorage, edge } = cluster;
  if (objectStorage.kind === "bucket") return bucketStore(objectStorage, cluster.secretStore);
  if (edge.kind !== "node-port") {
    throw new RangeError(`media on a volume need an edge of node ports, not ${edge.kind}`);
  }
  const hasProxy = config.edge.enabled;
  return new ObjectStore(
    "object-store",
    { cluster, edge, hasProxy, ...config.objectStore, authority },
    on,
  );
}

function backendsOf(placement: Placement, authority: InsideAuthority | undefined) {
  return {
    database: database(placement, authority),
    mediaStore: mediaStore(placement, authority),
  };
}

function deployTracing({ cluster, config, on }: Placement): Traces | undefined {
  if (!config.tracing.enabled) return undefined;
  return new Tracing("tracing", { cluster, ...config.tracing }, on).traces;
}

interface Watched {
  readonly api: Api;
  readonly redis: Redis;
  readonly database: DatabaseBackend;
  /** What answers /metrics itself. */
  readonly scraped: readonly { readonly metrics: ScrapeTarget }[];
}

/** Prometheus and what belongs to it, where it is on. */
function watch({ cluster, config, on }: Placement, parts: Watched): Monitoring | undefined {
  const { api, redis, scraped } = parts;
  if (api.databaseMetricsUrl === undefined) return undefined;
  const { endpoint, ca } = parts.database;
  return new Monitoring(
    "monitoring",
    {
      cluster,
      logLevel: config.logLevel,
      ...config.monitoring,
      targets: scraped.map(({ metrics }) => metrics),
      database: { endpoint, ca, metricsUrl: api.databaseMetricsUrl },
      cache: redis,
    },
    on,
  );
}

function brokerClient(flavour: Flavour) {
  return { name: flavour.name, classes: classesOf(flavour) };
}

function deployBroker(
  { cluster, config, on }: Placement,
  flavours: readonly Flavour[],
  authority: InsideAuthority | undefined,
): Rabbitmq {
  const workers = flavours.map(brokerClient);
  const isScaledBy = config.autoscaling.enabled;
  const own = { workers, rotation: config.rotations.broker, isScaledBy, authority };
  return new Rabbitmq("rabbitmq", { cluster, ...config.rabbitmq, ...own }, on);
}

function brokerOf({ endpoint, ca }: Rabbitmq) {
  return { endpoint, ca };
}

/** KEDA, and what workers need to be scaled by it; nothing where their load moves their number. */
function scaleByQueues(
  { cluster, config, on }: Placement,
  { rabbitmq, api }: { readonly rabbitmq: Rabbitmq; readonly api: Api },
) {
  const { autoscaling } = config;
  if (!autoscaling.enabled) return undefined;
  const broker = { endpoint: rabbitmq.management, url: rabbitmq.scalerUrl, ca: rabbitmq.ca };
  const keda = new Autoscaling(
    "autoscaling",
    {
      ...{ cluster, ...autoscaling, broker },
      figures: [api.opsEndpoint, ...modelFigures(config.modelServices)],
      tenants: scaledModels(config.modelServices),
    },
    { ...on, dependsOn: [...cluster.ready] },
  );
  const { logLevel } = config;
  new DeletionCosts("deletion-costs", { cluster, logLevel, figures: api.opsEndpoint }, on);
  const { jobsPerWorker, deliveriesPerSender, pollingSeconds } = autoscaling;
  const { brokerUser } = keda;
  const figures = api.opsEndpoint;
  const scaler = [keda];
  return { jobsPerWorker, deliveriesPerSender, pollingSeconds, brokerUser, figures, scaler };
}

interface WorkerParts {
  readonly traces: Traces | undefined;
  readonly api: Api;
  readonly rabbitmq: Rabbitmq;
  readonly mediaStore: ReturnType<typeof mediaStore>;
  readonly flavours: readonly Flavour[];
  readonly queue: ReturnType<typeof scaleByQueues>;
  readonly models: ReturnType<typeof deployModels>["dubs"];
}

function deployWorkers(placement: Placement, parts: WorkerParts): WorkerFamily[] {
  const { cluster, config, on } = placement;
  const { api, rabbitmq } = parts;
  const { logLevel, limits, urlInput } = config;
  return parts.flavours.map(
    (flavour) =>
      new WorkerFamily(
        `workers-${flavour.name}`,
        {
          cluster,
          logLevel,
          limits,
          urlInput,
          traces: parts.traces,
          inputBuckets: config.api.inputBuckets,
          flavour,
          api: { endpoint: api.workerEndpoint, adminSecret: api.workerAdminSecret },
          broker: { ...brokerOf(rabbitmq), url: rabbitmq.workerUrl(flavour.name) },
          mediaStore: parts.mediaStore,
          queue: parts.queue,
          models: parts.models,
        },
        on,
      ),
  );
}

function deploySenders(
  { cluster, config, on }: Placement,
  { api, traces, queue }: Pick<WorkerParts, "api" | "traces" | "queue">,
): WebhookSender[] {
  const { logLevel, webhooks } = config;
  if (!webhooks.enabled) return [];
  const args = { cluster, logLevel, traces, queue, ...webhooks };
  const own = { database: api.database, key: api.webhookKey };
  return [new WebhookSender("webhooks", { ...args, ...own }, on)];
}

function deployEgress(
  { cluster, config, on }: Placement,
  { api, mediaStore: store, queue }: Pick<WorkerParts, "api" | "mediaStore" | "queue">,
): readonly { readonly metrics: Endpoint }[] {
  const { logLevel, egress: section } = config;
  if (!section.enabled) return [];
  const proxy = new EgressProxy("egress-proxy", { cluster, logLevel, section }, on);
  const access = { endpoint: api.workerEndpoint, adminSecret: api.workerAdminSecret };
  const livekit = section.livekit.enabled
    ? new LivekitServer("livekit", { cluster, logLevel, section: section.livekit }, on)
    : undefined;
  const own = { cluster, logLevel, section, mediaStore: store, api: access, proxy: proxy.endpoint };
  const recorders = new Egress("egress", { ...own, queue, livekit }, on);
  const pages = section.web.enabled ? [new WebRecorders("web-recorder", own, on)] : [];
  return [recorders, proxy, ...pages, ...(livekit ? [livekit] : [])];
}

/** The proxy through which clients come, where it is on, or the routes at the owner's Gateway. */
function deployEdge(
  { cluster, config, on }: Placement,
  { api, mediaStore: store }: Pick<WorkerParts, "api" | "mediaStore">,
): EdgeProxy | undefined {
  const targets = {
    api: api.endpoint,
    workerApi: api.workerEndpoint,
    ...(store instanceof ObjectStore && { objectStore: store.endpoint }),
  };
  const urls = { api: api.url, workerApi: api.workerUrl };
  const storeCa = store.ca;
  if (api.gateway !== undefined) {
    const { gateway, readiness } = api;
    new GatewayRoutes("gateway", { gateway, urls, targets, readiness }, on);
  }
  if (api.edgeSecret === undefined) return undefined;
  const { edge: section, rotations } = config;
  const own = { section, urls, targets, secret: api.edgeSecret, rotation: rotations.edge, storeCa };
  return new EdgeProxy("edge", { cluster, ...own }, on);
}

/** Undefined where the owner's store has them. */
function keysOf({ bootstrapApiKey, workerAdminSecret }: Api) {
  return {
    bootstrapApiKey: shownText(bootstrapApiKey),
    workerAdminSecret: shownText(workerAdminSecret),
  };
}

/** Everything that runs on the cluster, wired together. */
export function deployPlatform(cluster: Cluster, config: StackConfig) {
  const { logLevel, limits, retention, urlInput, webhooks } = config;
  const { stt, mt, tts, lipSync } = config.modelServices;
  const on = { provider: cluster.provider, dependsOn: [...cluster.ready] };
  const placement = { cluster, config, on };
  const traces = deployTracing(placement);
  const authority = insideAuthority(placement);
  const redis = new Redis("redis", { cluster, ...config.redis, authority }, on);
  const flavours = workerFlavours(config.workers, cluster);
  const rabbitmq = deployBroker(placement, flavours, authority);
  const backends = backendsOf(placement, authority);
  const own = Object.values(backends).filter(
    (backend) => backend instanceof pulumi.ComponentResource,
  );
  const api = new Api(
    "api",
    {
      cluster,
      ...{ logLevel, traces, limits, retention, urlInput, webhooks, egress: config.egress },
      dubs: [stt, mt, tts].every(({ enabled }) => enabled),
      lipSync: lipSync.enabled,
      rotations: config.rotations,
      ...config.api,
      hasProxy: config.edge.enabled,
      monitored: config.monitoring.enabled,
      jobAccel: flavours[0]?.accel ?? "cpu",
      tellsFigures: config.autoscaling.enabled,
      wakeable: config.autoscaling.enabled ? wakeableClasses(flavours) : [],
      dependencies: {
        ...backends,
        cache: redis,
        broker: { ...brokerOf(rabbitmq), url: rabbitmq.apiUrl },
      },
    },
    { ...on, dependsOn: [...cluster.ready, redis, rabbitmq, ...own] },
  );
  const afterApi = { ...on, dependsOn: [...cluster.ready, api] };
  const queue = scaleByQueues(placement, { rabbitmq, api });
  const senders = deploySenders({ ...placement, on: afterApi }, { api, traces, queue });
  const { modelServices: sections } = config;
  const models = deployModels({ cluster, sections, logLevel, scaler: queue }, afterApi);
  const families = deployWorkers(
    { ...placement, on: afterApi },
    { ...backends, traces, api, rabbitmq, flavours, queue, models: models.dubs },
  );
  const edge = deployEdge({ ...placement, on: afterApi }, { ...backends, api });
  const recorders = deployEgress({ ...placement, on: afterApi }, { ...backends, api, queue });
  const scraped = [
    ...[api, rabbitmq, ...senders, ...families, ...recorders, ...(edge ? [edge] : [])],
    ...models.scraped,
    ...(backends.database instanceof Postgres ? backends.database.scraped : []),
  ];
  const monitoring = watch({ ...placement, on: afterApi }, { ...backends, api, redis, scraped });
  if (logsGrowth(config.logs).length > 0) {
    new Logs("logs", { cluster, section: config.logs }, on);
  }
  return { api, edge, keys: keysOf(api), monitoring };
}
