import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { AppError, problemOf, type ErrorCode } from "../errors.ts";
import type { App } from "../app.ts";

const frameworkCodes: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: "too-large",
  FST_ERR_CTP_INVALID_MEDIA_TYPE: "unsupported-media-type",
  FST_ERR_MAX_PARAM_LENGTH: "not-found",
  FST_ERR_NOT_FOUND: "not-found",
  FST_ERR_HANDLER_TIMEOUT: "unavailable",
};

function isFastifyError(error: unknown): error is FastifyError {
  return error instanceof Error && "code" in error && typeof error.code === "string";
}

function fromValidation(error: FastifyError): AppError {
  const part = error.validationContext ?? "request";
  const errors = (error.validation ?? []).map(({ instancePath, message }) => ({
    path: `${part}${instancePath}`,
    message: message ?? "does not match",
  }));
  const [first] = errors;
  const detail = first ? `${first.path} ${first.message}` : `The ${part} does not match its schema`;
  return new AppError("invalid-request", detail, { errors });
}

/** The error as the catalogue knows it; undefined when it is a fault of ours. */
export function toAppError(error: unknown): AppError | undefined {
  if (error instanceof AppError) return error;
  if (!isFastifyError(error)) return undefined;
  if (error.validation) return fromValidation(error);
  const code = frameworkCodes[error.code];
  if (code === "unavailable") {
    const options = { cause: error, retryAfterSeconds: 1 };
    return new AppError(code, "The request took too long; try again", options);
  }
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

/** Methods by path pattern, so that a wrong method gets another answer than a wrong path. */
function collectRoutes(app: App): (path: string) => string[] {
  const routes: { pattern: RegExp; method: string }[] = [];
  app.addHook("onRoute", (route) => {
    const source = route.url
      .replace(/[.+?^${}()|[\]\\]/g, "\\$&")
      .replace(/:[A-Za-z]+/g, "[^/]+")
      .replace(/\*/g, ".*");
    const pattern = new RegExp(`^${source}$`);
    for (const method of [route.method].flat()) routes.push({ pattern, method });
  });
  return (path) => [
    ...new Set(routes.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method)),
  ];
}

/** Answers every error as problem+json (RFC 9457) with the request's id. */
export function answerErrors(app: App): void {
  const methodsOf = collectRoutes(app);
  app.setErrorHandler((error: unknown, request, reply) => {
    const known = toAppError(error);
    logFailure(request, known, error);
    return sendProblem(request, reply, known ?? internalError);
  });
  // Before the body is read: whatever is sent there, it is the path or the method that is wrong.
  app.addHook("onRequest", async (request, reply) => {
    if (!request.is404) return;
    const path = request.url.split("?", 1)[0] ?? "/";
    const methods = methodsOf(path);
    if (methods.length === 0)
      throw new AppError("not-found", "This path does not exist; see /docs");
    const allow = methods.join(", ");
    void reply.header("allow", allow);
    const detail = `${request.method} is not supported here; use ${allow}`;
    return sendProblem(request, reply, new AppError("method-not-allowed", detail));
  });
}
