import type { Logger } from "pino";
import type { Metrics } from "../metrics.ts";
import type { WorkerDeps } from "./worker-deps.ts";
import { recorderTaskRoutes } from "./recorder-tasks.ts";
import { workerConnectionRoute } from "./worker-connection.ts";
import { workerJobRoutes } from "./worker-jobs.ts";
import { workerRegistryRoutes } from "./worker-registry.ts";
import type { App } from "../app.ts";
import { createServer } from "../plugins/server.ts";

export interface WorkerAppOptions {
  readonly deps: WorkerDeps;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly edgeSecret?: string | undefined;
}

/** The API for workers (contracts/worker-api.ts). */
export async function buildWorkerApp({
  deps,
  log,
  metrics,
  edgeSecret,
}: WorkerAppOptions): Promise<App> {
  const app = createServer({
    name: "worker",
    log,
    metrics,
    edgeSecret,
    // A result of many renditions, or an error with the tool's last lines.
    // The lines of a dub of three hours have about a megabyte.
    bodyLimit: 4 * 1024 * 1024,
    // Above the 10 s of the longest poll, with room for a slow store at completion.
    handlerMs: 25_000,
  });
  workerRegistryRoutes(app, deps);
  workerConnectionRoute(app, deps);
  await workerJobRoutes(app, deps);
  await recorderTaskRoutes(app, deps);
  return app;
}
