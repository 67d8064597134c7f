import { createServer, type Server, type ServerResponse } from "node:http";
import type { Logger } from "pino";
import type { Metrics } from "./metrics.ts";
import type { Readiness } from "./readiness.ts";

export interface OpsOptions {
  readonly metrics: Metrics;
  readonly readiness: Pick<Readiness, "report">;
  /** Brings the figures that are read from the database up to date. */
  readonly refresh: () => Promise<void>;
  readonly log: Logger;
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { "content-type": type, "cache-control": "no-store" }).end(body);
}

async function answer(options: OpsOptions, path: string, response: ServerResponse): Promise<void> {
  const { metrics, readiness } = options;
  if (path === "/healthz") {
    send(response, 200, "application/json", '{"status":"ok"}');
  } else if (path === "/readyz") {
    const report = await readiness.report();
    send(response, report.ready ? 200 : 503, "application/json", JSON.stringify(report));
  } else if (path === "/metrics") {
    await options.refresh();
    send(response, 200, metrics.registry.contentType, await metrics.registry.metrics());
  } else {
    send(response, 404, "text/plain", "see /metrics, /healthz and /readyz\n");
  }
}

/** Metrics and health on a port of their own, which no client can reach. */
export function createOpsServer(options: OpsOptions): Server {
  const server = createServer((request, response) => {
    const path = (request.url ?? "/").split("?", 1)[0] ?? "/";
    answer(options, path, response).catch((error: unknown) => {
      options.log.warn({ err: error, path }, "not served");
      if (!response.headersSent) send(response, 500, "text/plain", "internal error\n");
    });
  });
  server.requestTimeout = 10_000;
  server.headersTimeout = 5_000;
  return server;
}
