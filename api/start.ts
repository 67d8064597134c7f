import type { Server } from "node:http";
import type { JobLimits } from "@framewright/contracts/job-limits.ts";
import { maxTusBytes } from "@framewright/contracts/upload.ts";
import type { Logger } from "pino";
import { createOpsServer, listen } from "@framewright/runtime/ops-server.ts";
import { runPhases } from "@framewright/runtime/shutdown.ts";
import { version } from "@framewright/runtime/version.ts";
import type { App } from "./app.ts";
import { lookCounter } from "./backend-metrics.ts";
import { backendProbes, openBackends, type Backends } from "./backends/backends.ts";
import type { ApiConfig } from "./env.ts";
import type { UrlInputs } from "@framewright/runtime/url-inputs.ts";
import { readBusyWorkers } from "./jobs/busy-workers.ts";
import { createClientService } from "./jobs/client-service.ts";
import { createEgressService } from "./egress/client.ts";
import type { EgressContext } from "./egress/context.ts";
import { readSlots } from "./egress/figures.ts";
import { createRecorderService } from "./egress/recorder-service.ts";
import { sweepEgress } from "./egress/sweep.ts";
import type { EngineContext } from "./jobs/context.ts";
import { createGauges } from "./jobs/gauges.ts";
import { createOutboxPublisher } from "./jobs/outbox.ts";
import { answerScaling } from "./jobs/scaling-figures.ts";
import { createTusUploads, type TusUploads } from "./jobs/tus-server.ts";
import { submitJob } from "./jobs/submit.ts";
import { createPlanner } from "./jobs/planner.ts";
import { readProfiles, type Profiles } from "./jobs/profiles.ts";
import { createRouter, readLoads, withSleepers } from "./jobs/routing.ts";
import { startSweeper, type Sweeper } from "./jobs/sweeper.ts";
import { FailureLimit } from "./keys/failure-limit.ts";
import { createCallers } from "./keys/callers.ts";
import { createKeyStore } from "./keys/key-store.ts";
import { IssuerKeys } from "./oidc/issuer-keys.ts";
import { createTokenStore, type TokenStore } from "./oidc/token-store.ts";
import { createGlossaryStore } from "./glossaries/glossary-store.ts";
import { createProjectStore } from "./projects/project-store.ts";
import { createMetrics, type Metrics } from "./metrics.ts";
import { createReadiness, type Readiness } from "./readiness.ts";
import { buildClientApp } from "./routes/client-app.ts";
import { EventStreams } from "./routes/event-streams.ts";
import { buildWorkerApp } from "./routes/worker-app.ts";
import { stopPhases } from "./stop-phases.ts";
import { readDue } from "./webhooks/gauges.ts";
import { createDeliveryStore } from "./webhooks/delivery-store.ts";
import { createEndpointStore } from "./webhooks/endpoint-store.ts";
import { createWorkerAdmin } from "./workers/worker-admin.ts";
import { createWorkerService } from "./workers/worker-service.ts";

interface Parts {
  readonly config: ApiConfig;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly backends: Backends;
  readonly context: EngineContext;
  readonly egress: EgressContext;
  readonly readiness: Readiness;
  readonly tus: TusUploads;
  readonly closing: AbortController;
}

function createContext(
  config: ApiConfig,
  { db, broker, store, notifier, inputBuckets }: Backends,
  { metrics, log, profiles }: Pick<Parts, "metrics" | "log"> & { readonly profiles: Profiles },
): EngineContext {
  const outbox = createOutboxPublisher({ db, broker, metrics, log });
  const { wakeable } = config;
  const read = async () => withSleepers(await readLoads(db), wakeable);
  const router = createRouter(read, config.jobAccel);
  const { leaseSeconds, heartbeatSeconds, gpuWaitSeconds } = config;
  const retention = {
    attemptDays: config.attemptRetentionDays,
    uploadDays: config.uploadRetentionDays,
    unfinishedDays: config.unfinishedUploadDays,
    jobDays: config.jobRetentionDays,
    eventDays: config.eventRetentionDays,
    auditDays: config.auditRetentionDays,
    webhookDays: config.webhookRetentionDays,
  };
  const { urlInput } = config;
  const times = { leaseSeconds, heartbeatSeconds, gpuWaitSeconds, retention };
  const [dubbing, lipSync] = [config.dubbing === "on", config.lipSync === "on"];
  const media = {
    store,
    profiles,
    urlInput,
    inputBuckets,
    dubbing,
    lipSync,
    prices: config.prices,
  };
  return { db, notifier, outbox, router, wakeable, ...media, metrics, log, ...times };
}

function egressContext(context: EngineContext, config: ApiConfig): EgressContext {
  const { db, store, notifier, profiles, log, retention } = context;
  return {
    ...{ db, store, notifier, profiles, log, settings: config.egress },
    retentionDays: retention.jobDays,
    submit: (submission) => submitJob(context, submission),
  };
}

function urlInputLimits({ policy, maxBytes, maxSeconds }: UrlInputs): JobLimits["urlInput"] {
  const { schemes, ports } = policy;
  return { schemes: [...schemes], ports: [...ports], maxBytes, maxSeconds };
}

function jobLimitsOf(config: ApiConfig): JobLimits {
  return {
    maxUploadBytes: config.uploadMaxBytes,
    ...(config.urlInput && { urlInput: urlInputLimits(config.urlInput) }),
    maxSourceSeconds: config.maxSourceSeconds,
    encode: {
      freeSeconds: config.encodeFreeSeconds,
      secondsPerMegabyte: config.encodeSecondsPerMegabyte,
      maxSeconds: {
        "720p": config.encodeMaxSeconds720p,
        "1080p": config.encodeMaxSeconds1080p,
        "2160p": config.encodeMaxSeconds2160p,
      },
    },
  };
}

/** Nothing where the API takes keys alone. */
function tokensOf(
  { config, log, backends, metrics }: Pick<Parts, "config" | "log" | "backends" | "metrics">,
  failures: FailureLimit,
): TokenStore | undefined {
  const settings = config.oidc;
  if (settings === undefined) return undefined;
  const keys = new IssuerKeys({ issuer: settings.issuer, log });
  const onLook = lookCounter(metrics, "tokens");
  return createTokenStore({ db: backends.db, failures, settings, keys, onLook });
}

function buildClient(parts: Parts) {
  const { config, log, metrics, backends, context, readiness, tus, closing } = parts;
  const { db, redis, store, notifier } = backends;
  const limits = jobLimitsOf(config);
  const failures = new FailureLimit(log);
  const keys = createKeyStore({
    ...{ db, notifier, failures },
    onLook: lookCounter(metrics, "client-keys"),
  });
  const { profiles, router } = context;
  const { prices } = config;
  return buildClientApp({
    deps: {
      service: createClientService(context, config),
      egress: createEgressService(parts.egress),
      callers: createCallers(keys, tokensOf(parts, failures)),
      keys,
      projects: createProjectStore(db),
      glossaries: createGlossaryStore(db),
      webhooks: {
        endpoints: createEndpointStore(db, config.webhooks),
        deliveries: createDeliveryStore(db),
      },
      workers: createWorkerAdmin(context),
      planner: createPlanner({ db, profiles, router, prices, limits: limits.encode }),
      ...{ profiles, limits, tus },
      streams: new EventStreams({
        perKey: config.eventStreamsPerKey,
        total: config.eventStreams,
      }),
      links: {
        publicUrl: config.publicUrl,
        secrets: config.playbackSecrets,
        ttlSeconds: config.playbackTtlSeconds,
      },
      closing: closing.signal,
      ...{ store, notifier, metrics },
      inputBuckets: backends.inputBuckets,
    },
    ...{ log, readiness, redis, version },
    rateLimitPerMinute: config.rateLimitPerMinute,
    trustProxyHops: config.trustProxyHops,
    edgeSecret: config.edgeSecret,
  });
}

function buildWorker(parts: Parts): Promise<App> {
  const { config, log, metrics, backends, context, closing } = parts;
  return buildWorkerApp({
    deps: {
      service: createWorkerService(context, { leastVersion: config.minWorkerVersion }),
      recorders: createRecorderService(parts.egress),
      log,
      notifier: backends.notifier,
      adminSecrets: config.workerAdminSecrets,
      closing: closing.signal,
    },
    ...{ log, metrics },
    edgeSecret: config.edgeSecret,
  });
}

function buildOps({ log, metrics, backends, readiness }: Parts): Server {
  return createOpsServer({
    log,
    registry: metrics.registry,
    refresh: createGauges(backends.db, metrics, log),
    routes: {
      "/healthz": () => ({ status: 200, body: { status: "ok" } }),
      "/scaling": (query) => answerScaling(backends.db, query),
      "/scaling/busy-workers": async () => ({
        status: 200,
        body: await readBusyWorkers(backends.db),
      }),
      "/scaling/egress": async () => ({ status: 200, body: await readSlots(backends.db) }),
      "/scaling/deliveries": async () => ({ status: 200, body: await readDue(backends.db) }),
      "/readyz": async () => {
        const report = await readiness.report();
        return { status: report.ready ? 200 : 503, body: report };
      },
    },
  });
}

export interface Running {
  readonly client: App;
  readonly worker: App;
  readonly ops: Server;
  readonly sweeper: Sweeper;
  /** In phases; gives open requests and streams their time. */
  stop(): Promise<void>;
}

/** Builds the whole API and listens on its three ports. */
export async function startApi(config: ApiConfig, log: Logger): Promise<Running> {
  const profiles = readProfiles(config.profiles);
  const metrics = createMetrics();
  const backends = await openBackends(config, log, metrics);
  const context = createContext(config, backends, { metrics, log, profiles });
  const readiness = createReadiness(backendProbes(backends), (dependency, ok) => {
    metrics.dependencyUp.set({ dependency }, ok ? 1 : 0);
  });
  const closing = new AbortController();
  const tus = createTusUploads(context, {
    maxBytes: Math.min(config.uploadMaxBytes, maxTusBytes),
    writers: config.tusWriters,
  });
  const egress = egressContext(context, config);
  const parts: Parts = {
    ...{ config, log, metrics, backends, context, egress },
    ...{ readiness, tus, closing },
  };

  const client = await buildClient(parts);
  const worker = await buildWorker(parts);
  const ops = buildOps(parts);
  const { broker, checkSchema } = backends;
  const beside = egress.settings.sources.length === 0 ? undefined : () => sweepEgress(egress);
  const sweeper = startSweeper({ context, broker, checkSchema, beside });

  const servers = { client, worker, ops, sweeper };
  const stop = () => runPhases(stopPhases({ ...parts, ...servers, outbox: context.outbox }), log);
  try {
    await listen(ops, config.metricsPort);
    await client.listen({ port: config.port, host: "0.0.0.0" });
    await worker.listen({ port: config.workerPort, host: "0.0.0.0" });
  } catch (error) {
    await stop();
    throw error;
  }
  return { ...servers, stop };
}
