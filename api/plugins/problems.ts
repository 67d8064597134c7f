import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { AppError, problemOf, refusedFields, type ErrorCode } from "../errors.ts";
import type { App } from "../app.ts";
import type { Metrics } from "../metrics.ts";

const frameworkCodes: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: "too-large",
  FST_ERR_CTP_INVALID_MEDIA_TYPE: "unsupported-media-type",
  FST_ERR_MAX_PARAM_LENGTH: "not-found",
  FST_ERR_NOT_FOUND: "not-found",
};

function isFastifyError(error: unknown): error is FastifyError {
  return error instanceof Error && "code" in error && typeof error.code === "string";
}

function fromValidation(error: FastifyError): AppError {
  const part = error.validationContext ?? "request";
  const [first, ...more] = (error.validation ?? []).map(({ instancePath, message }) => ({
    path: `${part}${instancePath}`,
    message: message ?? "does not match",
  }));
  if (first) return refusedFields("invalid-request", first, ...more);
  return new AppError("invalid-request", `The ${part} does not match its schema`, { errors: [] });
}

/** The error as the catalogue knows it; undefined when it is a fault of ours. */
export function toAppError(error: unknown): AppError | undefined {
  if (error instanceof AppError) return error;
  if (!isFastifyError(error)) return undefined;
  if (error.validation) return fromValidation(error);
  const code = frameworkCodes[error.code];
  if (code) return new AppError(code, error.message, { cause: error });
  const status = error.statusCode ?? 500;
  return status >= 400 && status < 500
    ? new AppError("invalid-request", error.message, { cause: error })
    : undefined;
}

/** What a client hears of a fault of ours; the log has the rest. */
export const internalError = new AppError("internal", "internal error");

export function sendProblem(
  request: Pick<FastifyRequest, "id">,
  reply: Pick<FastifyReply, "raw" | "header" | "code">,
  error: AppError,
): FastifyReply {
  if (error.retryAfterSeconds !== undefined) {
    void reply.header("retry-after", error.retryAfterSeconds);
  }
  if (error.status === 401) void reply.header("www-authenticate", 'Bearer realm="framewright"');
  return reply
    .code(error.status)
    .header("cache-control", "no-store")
    .type("application/problem+json")
    .send(problemOf(error, request.id));
}

function logFailure(request: FastifyRequest, known: AppError | undefined, error: unknown): void {
  if (!known) request.log.error({ err: error }, "request failed");
  else if (known.status >= 500) {
    request.log.warn({ err: known.cause ?? known, code: known.code }, "request not served");
  }
}

interface RouteMethods {
  /** What a path has, by its own route before those that its text would fit as well. */
  at(path: string): readonly string[];
  /** Whether the path has a route of its own, without parameters, that does not support the method. */
  refuses(path: string, method: string): boolean;
}

/** Methods by path pattern, so that a wrong method gets another answer than a wrong path. */
function collectRoutes(app: App): RouteMethods {
  const routes: { pattern: RegExp; method: string }[] = [];
  const own = new Map<string, Set<string>>();
  app.addHook("onRoute", ({ url, method }) => {
    const source = url
      .replace(/[.+?^${}()|[\]\\]/g, "\\$&")
      .replace(/:[A-Za-z]+/g, "[^/]+")
      .replace(/\*/g, ".*");
    const pattern = new RegExp(`^${source}$`);
    const known = own.get(url) ?? new Set();
    own.set(url, known);
    for (const name of [method].flat()) {
      routes.push({ pattern, method: name });
      known.add(name);
    }
  });
  return {
    at(path) {
      const fitting = routes.filter(({ pattern }) => pattern.test(path));
      return [...(own.get(path) ?? new Set(fitting.map(({ method }) => method)))];
    },
    refuses: (path, method) => own.get(path)?.has(method) === false,
  };
}

interface Answering {
  readonly name: "client" | "worker";
  readonly metrics: Pick<Metrics, "errors" | "quotaRefusals">;
}

/** Answers every error as problem+json (RFC 9457) with the request's id. */
export function answerErrors(app: App, { name, metrics }: Answering): void {
  const methods = collectRoutes(app);
  app.setErrorHandler((error: unknown, request, reply) => {
    const known = toAppError(error);
    logFailure(request, known, error);
    metrics.errors.inc({ component: `${name}-api`, type: (known ?? internalError).code });
    if (known?.quota) metrics.quotaRefusals.inc({ quota: known.quota.name });
    return sendProblem(request, reply, known ?? internalError);
  });
  // Before the body is read: whatever is sent there, it is the path or the method that is wrong.
  app.addHook("onRequest", (request, reply, done) => {
    const { url, method } = request;
    const query = url.indexOf("?");
    const path = query < 0 ? url : url.slice(0, query);
    // The router gives another method of a path of its own to a route whose parameter would take the path's text.
    const isOther =
      methods.refuses(path, method) && request.routeOptions.url?.includes(":") === true;
    if (!request.is404 && !isOther) {
      done();
      return;
    }
    const allowed = methods.at(path);
    if (allowed.length === 0) {
      done(new AppError("not-found", "This path does not exist; see /docs"));
      return;
    }
    const allow = allowed.join(", ");
    void reply.header("allow", allow);
    const detail = `${method} is not supported here; use ${allow}`;
    done(new AppError("method-not-allowed", detail));
  });
}
