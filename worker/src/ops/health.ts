import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Registry } from "prom-client";

/** What /ready tells: the worker is ready when all of it is true. */
export interface Checks {
  readonly ffmpeg: boolean;
  readonly api_connected: boolean;
}

export interface HealthArgs {
  readonly port: number;
  readonly checks: () => Checks;
  readonly info: () => Readonly<Record<string, unknown>>;
  readonly registry: Registry;
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}

function ready(args: HealthArgs, response: ServerResponse): void {
  const checks = args.checks();
  const all = Object.values(checks).every(Boolean);
  send(response, all ? 200 : 503, { status: all ? "ready" : "not ready", checks });
}

async function metrics({ registry }: HealthArgs, response: ServerResponse): Promise<void> {
  const text = await registry.metrics();
  response.writeHead(200, { "content-type": registry.contentType });
  response.end(text);
}

type Route = (args: HealthArgs, response: ServerResponse) => void | Promise<void>;

const routes: Readonly<Record<string, Route>> = {
  "/health": (_args, response) => {
    send(response, 200, { status: "healthy" });
  },
  "/ready": ready,
  "/metrics": metrics,
  "/": (args, response) => {
    send(response, 200, args.info());
  },
};

async function answer(
  args: HealthArgs,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = (request.url ?? "/").split("?")[0] ?? "/";
  const route = request.method === "GET" ? routes[path] : undefined;
  if (route) await route(args, response);
  else send(response, 404, { status: "not found" });
}

/** Probes and metrics, on their own port. */
export async function startHealthServer(args: HealthArgs): Promise<Server> {
  const server = createServer((request, response) => {
    answer(args, request, response).catch((error: unknown) => {
      response.destroy(error instanceof Error ? error : undefined);
    });
  });
  server.requestTimeout = 10_000;
  server.headersTimeout = 5000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(args.port, resolve);
  });
  return server;
}
