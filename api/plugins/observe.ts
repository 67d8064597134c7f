import type { FastifyRequest } from "fastify";
import type { Metrics } from "../metrics.ts";
import type { App } from "../app.ts";

/** A playback URL is a bearer secret while it is valid: the log keeps the file and drops the token. */
export function redactUrl(url: string): string {
  return url.replace(/^(\/v1\/playback\/)[^/?]+/, "$1…");
}

/** The job that a request is about, for correlation with the worker's log. */
function jobIdOf({ params }: FastifyRequest): string | undefined {
  if (typeof params !== "object" || params === null) return undefined;
  if ("jobId" in params && typeof params.jobId === "string") return params.jobId;
  return undefined;
}

/** Probes come every few seconds and say nothing new. */
function levelOf(route: string, status: number): "debug" | "info" | "warn" {
  if (route === "/healthz" || route === "/readyz") return "debug";
  // Who sends too much must not fill the log as well; the metrics count these.
  if (status === 429) return "debug";
  return status >= 500 ? "warn" : "info";
}

/** One log line and one observation for each request; the id goes back in a header. */
export function observeRequests(app: App, server: string, metrics: Metrics): void {
  app.addHook("onRequest", (request, reply, done) => {
    void reply.header("x-request-id", request.id);
    void reply.header("x-content-type-options", "nosniff");
    done();
  });
  app.addHook("onResponse", (request, reply, done) => {
    const route = request.routeOptions.url ?? "unknown";
    const { method } = request;
    metrics.httpDuration.observe(
      { server, method, route, status: reply.statusCode },
      reply.elapsedTime / 1000,
    );
    request.log[levelOf(route, reply.statusCode)](
      {
        method,
        url: redactUrl(request.url),
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime),
        jobId: jobIdOf(request),
        keyId: request.caller?.keyId,
        worker: request.worker?.workerName,
      },
      "request",
    );
    done();
  });
}
