import type { FastifyRequest } from "fastify";
import type { Logger } from "pino";
import { describeSpan, isTraced } from "@framewright/runtime/tracing/tracing.ts";
import type { Metrics } from "../metrics.ts";
import type { App } from "../app.ts";

/** A playback URL is a bearer secret while it is valid: the log keeps the file and drops the token. */
export function redactUrl(url: string): string {
  return url.replace(/^(\/v1\/(?:playback|recordings)\/)[^/?]+/, "$1…");
}

/** Parameters of paths that name what a request is about, by the names of their fields in lines. */
const subjects = { jobId: "job_id", attempt: "attempt", uploadId: "video_id" } as const;

/** What a request is about, so that all its lines are found by it, as those of the worker are. */
function subjectOf({ params }: FastifyRequest): Record<string, string | number> | undefined {
  if (typeof params !== "object" || params === null) return undefined;
  let found: Record<string, string | number> | undefined;
  for (const [name, value] of Object.entries(params)) {
    if (typeof value !== "string" || !isSubject(name)) continue;
    found ??= {};
    found[subjects[name]] = name === "attempt" && /^\d{1,10}$/.test(value) ? Number(value) : value;
  }
  return found;
}

function isSubject(name: string): name is keyof typeof subjects {
  return name in subjects;
}

/** Named by its route: paths have ids in them. */
function describeRequest(request: FastifyRequest, subject: ReturnType<typeof subjectOf>): void {
  if (!isTraced()) return;
  const route = request.routeOptions.url ?? "unknown";
  const facts = {
    "http.route": route,
    "job.id": subject?.["job_id"],
    "framewright.request_id": request.id,
  };
  describeSpan(facts, `${request.method} ${route}`);
}

/** Probes come every few seconds and say nothing new. */
function levelOf(route: string, status: number): "debug" | "info" | "warn" {
  if (route === "/healthz" || route === "/readyz") return "debug";
  // Who sends too much must not fill the log as well; the metrics count these.
  if (status === 429) return "debug";
  return status >= 500 ? "warn" : "info";
}

interface Observed {
  readonly name: string;
  readonly log: Logger;
  readonly metrics: Pick<Metrics, "httpDuration">;
}

/** One log line and one observation for each request; the id goes back in a header. */
export function observeRequests(app: App, { name, log, metrics }: Observed): void {
  const count = metrics.httpDuration.counterOf(name);
  app.addHook("onRequest", (request, reply, done) => {
    void reply.header("x-request-id", request.id);
    void reply.header("x-content-type-options", "nosniff");
    const subject = subjectOf(request);
    describeRequest(request, subject);
    if (subject) request.log = request.log.child(subject);
    done();
  });
  app.addHook("onResponse", (request, reply, done) => {
    const route = request.routeOptions.url ?? "unknown";
    const { method } = request;
    const status = reply.statusCode;
    count({ method, route, status, seconds: reply.elapsedTime / 1000 });
    const level = levelOf(route, status);
    if (log.isLevelEnabled(level)) {
      request.log[level](
        {
          method,
          url: redactUrl(request.url),
          status,
          ms: Math.round(reply.elapsedTime),
          keyId: request.caller?.keyId,
          projectId: request.caller?.projectId,
        },
        "request",
      );
    }
    done();
  });
}
