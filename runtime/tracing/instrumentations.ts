import { Server, type IncomingMessage } from "node:http";
import type { Attributes } from "@opentelemetry/api";
import type { Instrumentation } from "@opentelemetry/instrumentation";
import { isSubmission, sideAttribute } from "./sampler.ts";
import type { TracingSettings } from "./settings.ts";
import type { Instrumented, ServerSide } from "./span-backend.ts";

export type Sides = WeakMap<Server, ServerSide>;

function sideOf(request: IncomingMessage, sides: Sides): ServerSide | undefined {
  const { socket } = request;
  return "server" in socket && socket.server instanceof Server
    ? sides.get(socket.server)
    : undefined;
}

function pathOf({ url = "" }: IncomingMessage): string {
  return url.split("?", 1)[0] ?? "";
}

/**
 * Requests without a span: those of probes and of servers that nobody watches, what the ratio leaves out, and the calls of
 * workers that belong to no job, as heartbeats.
 */
function isLeftOut(request: IncomingMessage, sides: Sides, ratio: number): boolean {
  const side = sideOf(request, sides);
  if (side === undefined) return true;
  if (side === "worker") return request.headers["traceparent"] === undefined;
  const path = pathOf(request);
  if (path === "/healthz" || path === "/readyz") return true;
  return !isSubmission(request.method, path) && Math.random() >= ratio;
}

async function ofServers(sides: Sides, ratio: number): Promise<Instrumentation> {
  const { HttpInstrumentation } = await import("@opentelemetry/instrumentation-http");
  return new HttpInstrumentation({
    // What the API asks of the store has spans by command (api/backends/s3-client.ts), and no third party gets our trace ids.
    disableOutgoingRequestInstrumentation: true,
    ignoreIncomingRequestHook: (request) => isLeftOut(request, sides, ratio),
    startIncomingSpanHook: (request): Attributes => {
      const side = sideOf(request, sides);
      return side === undefined ? {} : { [sideAttribute]: side };
    },
  });
}

async function ofDatabase(): Promise<Instrumentation> {
  const { PgInstrumentation } = await import("@opentelemetry/instrumentation-pg");
  return new PgInstrumentation({
    requireParentSpan: true,
    ignoreConnectSpans: true,
    requestHook: (span, { query }) => {
      // Our statements have names, which say more than their first word.
      span.updateName(`sql ${query.name ?? query.text.trim().split(/\s/, 1)[0] ?? ""}`);
    },
  });
}

async function ofBroker(): Promise<Instrumentation> {
  const { AmqplibInstrumentation } = await import("@opentelemetry/instrumentation-amqplib");
  return new AmqplibInstrumentation();
}

/** `/v1/jobs/:id/attempts/:n/uploads`: one name for all calls of a kind. */
export function callName(method: string, path: string): string {
  const [plain = ""] = path.split("?", 1);
  const general = plain
    .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, ":id")
    .replace(/\/[0-9]+(?=\/|$)/g, "/:n");
  return `${method} ${general}`;
}

async function ofRequests(origin: string): Promise<Instrumentation> {
  const { UndiciInstrumentation } = await import("@opentelemetry/instrumentation-undici");
  return new UndiciInstrumentation({
    ignoreRequestHook: (request) => request.origin !== origin,
    requireParentforSpans: true,
    requestHook: (span, { method, path }) => {
      span.updateName(callName(method, path));
    },
  });
}

/** The instrumentations of a program; others are not loaded. */
export function chosenInstrumentations(
  { servers, database, broker, origin }: Instrumented,
  sides: Sides,
  { requestRatio }: Pick<TracingSettings, "requestRatio">,
): Promise<Instrumentation[]> {
  return Promise.all([
    ...(servers === true ? [ofServers(sides, requestRatio)] : []),
    ...(database === true ? [ofDatabase()] : []),
    ...(broker === true ? [ofBroker()] : []),
    ...(origin === undefined ? [] : [ofRequests(origin)]),
  ]);
}
