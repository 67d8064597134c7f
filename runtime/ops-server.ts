import { createServer, type Server, type ServerResponse } from "node:http";
import type { Registry } from "prom-client";
import type { Logger } from "./log.ts";

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export interface OpsOptions {
  readonly log: Logger;
  readonly registry: Registry;
  /** Updates figures that are read from elsewhere, before /metrics shows them. */
  readonly refresh?: (() => Promise<void>) | undefined;
  /** Path → what it answers, as JSON: the probes, and what a program reports about itself. */
  readonly routes: Readonly<Record<string, (query: URLSearchParams) => Answer | Promise<Answer>>>;
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { "content-type": type, "cache-control": "no-store" }).end(body);
}

async function answer(options: OpsOptions, url: string, response: ServerResponse): Promise<void> {
  const [path = "/", query = ""] = url.split("?", 2);
  const { registry, refresh, routes } = options;
  if (path === "/metrics") {
    await refresh?.();
    send(response, 200, registry.contentType, await registry.metrics());
    return;
  }
  const route = Object.hasOwn(routes, path) ? routes[path] : undefined;
  if (route === undefined) {
    const known = ["/metrics", ...Object.keys(routes)].join(", ");
    send(response, 404, "text/plain", `not found; there are ${known}\n`);
    return;
  }
  const { status, body } = await route(new URLSearchParams(query));
  send(response, status, "application/json", JSON.stringify(body));
}

/** Metrics and probes on a port of their own, which no client reaches. It does not listen yet. */
export function createOpsServer(options: OpsOptions): Server {
  const server = createServer((request, response) => {
    const url = request.url ?? "/";
    answer(options, url, response).catch((error: unknown) => {
      options.log.warn({ err: error, url }, "request of the ops server failed");
      if (!response.headersSent) send(response, 500, "text/plain", "internal error\n");
    });
  });
  server.requestTimeout = 10_000;
  server.headersTimeout = 5_000;
  return server;
}

/** Resolves once the server accepts connections; rejects when the port cannot be taken. */
export function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "0.0.0.0", () => {
      server.off("error", reject);
      resolve();
    });
  });
}
