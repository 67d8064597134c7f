import type { Server } from "node:http";
import type { Logger } from "pino";
import type { Resolve } from "@framewright/runtime/guarded-lookup.ts";
import { createOpsServer, listen } from "@framewright/runtime/ops-server.ts";
import { runPhases } from "@framewright/runtime/shutdown.ts";
import { openDb } from "../backends/db.ts";
import { createSchemaCheck } from "../backends/schema-version.ts";
import type { SenderConfig } from "../env.ts";
import { createSenderMetrics } from "../metrics.ts";
import { createReadiness, type Readiness } from "../readiness.ts";
import { createSenderGauges } from "./gauges.ts";
import { createSecretBox } from "./secret.ts";
import { startSender, type Sender } from "./sender.ts";

export interface RunningSender {
  readonly ops: Server;
  stop(): Promise<void>;
}

interface Parts {
  readonly config: SenderConfig;
  readonly log: Logger;
  readonly db: ReturnType<typeof openDb>;
  readonly metrics: ReturnType<typeof createSenderMetrics>;
  readonly readiness: Readiness;
}

function buildOps({ db, log, metrics, readiness }: Parts): Server {
  return createOpsServer({
    log,
    registry: metrics.registry,
    refresh: createSenderGauges(db, metrics, log),
    routes: {
      "/healthz": () => ({ status: 200, body: { status: "ok" } }),
      "/readyz": async () => {
        const report = await readiness.report();
        return { status: report.ready ? 200 : 503, body: report };
      },
    },
  });
}

function closeOps(ops: Server): Promise<void> {
  return new Promise((resolve) => {
    ops.close(() => {
      resolve();
    });
    ops.closeAllConnections();
  });
}

function startLoop({ config, db, metrics, log }: Parts, resolve?: Resolve): Sender {
  return startSender({
    ...{ db, metrics, log },
    secrets: createSecretBox(config.webhooks.key),
    policy: config.webhooks.policy,
    timeoutSeconds: config.webhookTimeoutSeconds,
    parallel: config.webhookParallel,
    parallelPerEndpoint: config.webhookParallelPerEndpoint,
    disableDays: config.webhookDisableDays,
    ...(resolve && { resolve }),
  });
}

/** The webhook sender: it has the database and a way out, and nothing else of the platform. */
export async function startWebhookSender(
  config: SenderConfig,
  log: Logger,
  resolve?: Resolve,
): Promise<RunningSender> {
  const metrics = createSenderMetrics();
  const db = openDb({
    database: config.database,
    poolSize: config.databasePoolSize,
    ...{ log, metrics: metrics.database },
  });
  const probe = createSchemaCheck(db);
  const readiness = createReadiness({ database: { required: true, probe } }, () => undefined);
  const parts = { config, log, db, metrics, readiness };
  const ops = buildOps(parts);
  await listen(ops, config.metricsPort);
  const sender = startLoop(parts, resolve);
  const sendersMs = (config.webhookTimeoutSeconds + 10) * 1000;
  return {
    ops,
    stop: () => {
      readiness.drain();
      return runPhases(
        [
          { name: "requests", limitMs: sendersMs, run: () => sender.stop() },
          { name: "database", limitMs: 5_000, run: () => db.close() },
          { name: "rest", limitMs: 1_000, run: () => closeOps(ops) },
        ],
        log,
      );
    },
  };
}
