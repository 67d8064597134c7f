import type { Redis } from "ioredis";
import type { Logger } from "pino";
import { documentScope, requireCaller, type SecurityScheme } from "../plugins/auth.ts";
import { documentApi } from "../plugins/openapi.ts";
import { limitRate } from "../plugins/rate-limit.ts";
import type { Readiness } from "../readiness.ts";
import { apiKeyRoutes } from "./api-keys.ts";
import { auditRoutes } from "./audit.ts";
import type { ClientDeps } from "./client-deps.ts";
import { egressRoutes } from "./egress.ts";
import { egressEventRoutes } from "./egress-events.ts";
import { healthRoutes } from "./health.ts";
import { jobEventRoutes } from "./job-events.ts";
import { jobPlanRoutes } from "./job-plans.ts";
import { jobRoutes } from "./jobs.ts";
import { limitRoutes } from "./limits.ts";
import { playbackRoutes } from "./playback.ts";
import { projectRoutes } from "./projects.ts";
import { profileRoutes } from "./profiles.ts";
import { nameTusVersion, tusOptionRoutes, tusRoutes } from "./tus.ts";
import { glossaryRoutes } from "./glossaries.ts";
import { recordingRoutes } from "./recordings.ts";
import { uploadRoutes } from "./uploads.ts";
import { uploadPartRoutes } from "./upload-parts.ts";
import { webhookDeliveryRoutes } from "./webhook-deliveries.ts";
import { webhookEndpointRoutes } from "./webhook-endpoints.ts";
import { workerTokenRoutes } from "./worker-tokens.ts";
import { workerRoutes } from "./workers.ts";
import type { App } from "../app.ts";
import { createServer } from "../plugins/server.ts";

export interface ClientAppOptions {
  readonly deps: ClientDeps;
  readonly log: Logger;
  readonly readiness: Pick<Readiness, "report">;
  /** Undefined: counts in this process only. */
  readonly redis: Redis | undefined;
  readonly rateLimitPerMinute: number;
  readonly trustProxyHops: number;
  readonly edgeSecret?: string | undefined;
  readonly version: string;
}

/** The API for application developers. Built without listening, so that tests can inject requests. */
export async function buildClientApp(options: ClientAppOptions): Promise<App> {
  const { deps, log, readiness } = options;
  const app = createServer({
    name: "client",
    log,
    metrics: deps.metrics,
    bodyLimit: 64 * 1024,
    handlerMs: 15_000,
    trustProxyHops: options.trustProxyHops,
    edgeSecret: options.edgeSecret,
  });
  const { callers } = deps;
  await documentApi(app, { version: options.version, issuer: callers.issuer });
  const schemes: SecurityScheme[] = callers.issuer === undefined ? ["key"] : ["key", "token"];
  healthRoutes(app, readiness);
  playbackRoutes(app, deps);
  recordingRoutes(app, deps);
  nameTusVersion(app);
  tusOptionRoutes(app, deps);
  await app.register(async (keyed) => {
    keyed.addHook("onRoute", (route) => {
      documentScope(route, schemes);
    });
    keyed.addHook("onRequest", requireCaller(callers));
    limitRate(keyed, {
      redis: options.redis,
      perMinute: options.rateLimitPerMinute,
      onError: () => {
        deps.metrics.redisErrors.inc();
      },
    });
    uploadRoutes(keyed, deps);
    uploadPartRoutes(keyed, deps);
    await tusRoutes(keyed, deps);
    limitRoutes(keyed, deps);
    profileRoutes(keyed, deps);
    jobPlanRoutes(keyed, deps);
    jobRoutes(keyed, deps);
    glossaryRoutes(keyed, deps);
    jobEventRoutes(keyed, deps);
    egressRoutes(keyed, deps);
    egressEventRoutes(keyed, deps);
    apiKeyRoutes(keyed, deps);
    auditRoutes(keyed, deps);
    projectRoutes(keyed, deps);
    webhookEndpointRoutes(keyed, deps);
    webhookDeliveryRoutes(keyed, deps);
    workerRoutes(keyed, deps);
    workerTokenRoutes(keyed, deps);
  });
  return app;
}
