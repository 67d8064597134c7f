import { fastify, type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import type { Logger } from "@framewright/runtime/log.ts";
import { createMetrics, type ModelMetrics } from "./metrics.ts";
import { Refusal } from "./refusal.ts";
import { Turns } from "./turns.ts";

/** How a service words an error: OpenAI and LibreTranslate differ. */
export type ErrorBody = (message: string, code: string) => unknown;

export const openAiError: ErrorBody = (message, code) => ({
  error: { message, type: "invalid_request_error", code },
});
export const libreTranslateError: ErrorBody = (message, code) => ({ error: message, code });

export interface ModelServerOptions {
  readonly service: string;
  /** The id that requests name and GET /v1/models lists. */
  readonly model: string;
  readonly queueLimit: number;
  readonly bodyLimit: number;
  readonly errorBody: ErrorBody;
  readonly log: Logger;
}

/** What a service adds its own routes to. */
export interface ModelServer {
  readonly app: FastifyInstance;
  readonly metrics: ModelMetrics;
  /** Works on a request in its turn; refuses it while the model is not loaded. */
  readonly inTurn: <T>(request: FastifyRequest, work: () => Promise<T>) => Promise<T | undefined>;
  readonly setLoaded: () => void;
}

function answerErrors(app: FastifyInstance, options: ModelServerOptions): void {
  const { errorBody, log } = options;
  const send = (reply: FastifyReply, status: number, body: unknown): void => {
    if (status === 503) reply.header("retry-after", "2");
    void reply.code(status).send(body);
  };
  app.setErrorHandler((error: unknown, request, reply) => {
    if (error instanceof Refusal) {
      send(reply, error.status, errorBody(error.message, error.code));
      return;
    }
    const known = error instanceof Error && "statusCode" in error ? error.statusCode : undefined;
    if (error instanceof Error && typeof known === "number" && known < 500) {
      send(reply, known, errorBody(error.message, "invalid_request"));
      return;
    }
    log.error({ err: error, url: request.url }, "request failed");
    send(
      reply,
      500,
      errorBody("The engine failed; the log of the service has the reason", "internal"),
    );
  });
  app.setNotFoundHandler((request, reply) => {
    const message = `There is no ${request.method} ${request.url} here`;
    send(reply, 404, errorBody(message, "not_found"));
  });
}

/** Health, models and metrics, one request at a time, and errors as JSON. */
export function createModelServer(options: ModelServerOptions): ModelServer {
  const app = fastify({
    bodyLimit: options.bodyLimit,
    forceCloseConnections: "idle",
    // A number is no text: it is refused instead of taken for one.
    ajv: { customOptions: { coerceTypes: false } },
  });
  const turns = new Turns(options.queueLimit);
  const metrics = createMetrics(options.service, turns);
  let isLoaded = false;
  answerErrors(app, options);
  app.addHook("onResponse", (request, reply) => {
    if (request.method === "POST") metrics.requests.inc({ status: String(reply.statusCode) });
    return Promise.resolve();
  });
  app.get("/health", (_, reply) =>
    reply.code(isLoaded ? 200 : 503).send({ status: isLoaded ? "ok" : "loading" }),
  );
  app.get("/v1/models", () => ({
    object: "list",
    data: [{ id: options.model, object: "model", owned_by: "framewright" }],
  }));
  app.get("/metrics", async (_, reply) =>
    reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
  );
  return {
    app,
    metrics,
    setLoaded: () => {
      isLoaded = true;
    },
    async inTurn(request, work) {
      if (!isLoaded)
        throw new Refusal(503, "loading", "The model is being loaded; try again later");
      const asked = performance.now();
      const isGone = (): boolean => request.raw.socket.destroyed;
      return await turns.take({ isGone }, async () => {
        const began = performance.now();
        metrics.waited.observe((began - asked) / 1000);
        try {
          return await work();
        } finally {
          metrics.worked.observe((performance.now() - began) / 1000);
        }
      });
    },
  };
}
