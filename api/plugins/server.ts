import { randomUUID } from "node:crypto";
import fastify, { LogController, type FastifyBaseLogger } from "fastify";
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import type { Logger } from "pino";
import { traceServer } from "@framewright/runtime/tracing/tracing.ts";
import type { App } from "../app.ts";
import type { Metrics } from "../metrics.ts";
import { answerErrors, internalError, sendProblem, toAppError } from "./problems.ts";
import { boundBodies } from "./body-time.ts";
import { trustEdge } from "./edge.ts";
import { boundHandlers } from "./handler-time.ts";
import { observeRequests } from "./observe.ts";
import { RequestLog } from "./request-log.ts";
import { compileValidator } from "./validate.ts";

export interface ServerOptions {
  readonly name: "client" | "worker";
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly bodyLimit: number;
  /** Longest time until a handler begins to answer, in milliseconds. */
  readonly handlerMs: number;
  readonly trustProxyHops?: number;
  /** By which the stack's proxy is known; its X-Forwarded-For is trusted, and nobody else's. */
  readonly edgeSecret?: string | undefined;
  /** Longest time for a body that is no file, in milliseconds. @default 30 s */
  readonly bodyMs?: number;
}

const requestIdForm = /^[A-Za-z0-9_-]{8,64}$/;

function requestId(headers: NodeJS.Dict<string | string[]>): string {
  const given = headers["x-request-id"];
  return typeof given === "string" && requestIdForm.test(given) ? given : randomUUID();
}

/** A server with what both APIs share: time limits, errors, validation, logs, metrics. No routes. */
export function createServer(options: ServerOptions): App {
  const log: FastifyBaseLogger = options.log.child({ server: options.name });
  const app = fastify({
    loggerInstance: log,
    logController: new LogController({
      disableRequestLogging: true,
      requestIdLogLabel: "request_id",
    }),
    genReqId: (request) => requestId(request.headers),
    bodyLimit: options.bodyLimit,
    trustProxy: (_address, hop) =>
      hop < (options.edgeSecret === undefined ? (options.trustProxyHops ?? 0) : 1),
    // Fastify sets none of these by itself; without them, and boundBodies, a slow client holds its socket for ever.
    requestTimeout: 0,
    connectionTimeout: 60_000,
    // Above the 60 s of common load balancers, so that it is they who close idle connections.
    keepAliveTimeout: 65_000,
    http: { headersTimeout: 15_000, connectionsCheckingInterval: 5_000, maxHeaderSize: 16_384 },
    return503OnClosing: true,
    forceCloseConnections: "idle",
    frameworkErrors: (error, request, reply) => {
      sendProblem(request, reply, toAppError(error) ?? internalError);
    },
  }).withTypeProvider<TypeBoxTypeProvider>();
  if (options.edgeSecret !== undefined) trustEdge(app, options.edgeSecret);
  app.setValidatorCompiler(compileValidator);
  app.setChildLoggerFactory((to, fields) => new RequestLog(to, fields));
  boundHandlers(app, options.handlerMs);
  boundBodies(app, options.bodyMs ?? 30_000);
  observeRequests(app, options);
  traceServer(app.server, options.name);
  answerErrors(app, options);
  return app;
}
