import type { EventEmitter } from "node:events";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import {
  context,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Context,
  type Tracer,
} from "@opentelemetry/api";
import { isSubmission, sideAttribute } from "./sampler.ts";
import type { ServerSide } from "./span-backend.ts";

function pathOf({ url = "" }: IncomingMessage): string {
  return url.split("?", 1)[0] ?? "";
}

/**
 * Requests without a span: probes, what the ratio leaves out, and calls of workers that belong to no job, as heartbeats. They
 * are most of all requests, and cost nothing but this question; the instrumentation of http has each of them pay a sixth.
 */
function isLeftOut(request: IncomingMessage, side: ServerSide, ratio: number): boolean {
  if (side === "worker") return request.headers["traceparent"] === undefined;
  const path = pathOf(request);
  if (path === "/healthz" || path === "/readyz") return true;
  return !isSubmission(request.method, path) && Math.random() >= ratio;
}

/** Of the header alone: a `tracestate` is for others, and as long as its sender likes. */
function parentOf({ headers: { traceparent } }: IncomingMessage) {
  return typeof traceparent === "string"
    ? propagation.extract(ROOT_CONTEXT, { traceparent })
    : ROOT_CONTEXT;
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly handle: () => void;
}

/**
 * Events of requests come from the socket, which knows of no request. One function for all listeners: `context.bind` wraps each
 * listener, of which a request has some twenty.
 */
function emitUnder(active: Context, emitter: EventEmitter): void {
  const emit = emitter.emit.bind(emitter);
  emitter.emit = (name: string | symbol, ...args: unknown[]) =>
    context.with(active, () => emit(name, ...args));
}

function traced({ request, response, handle }: Exchange, side: ServerSide, tracer: Tracer): void {
  const parent = parentOf(request);
  const { method = "GET" } = request;
  const facts = { "http.request.method": method, "url.path": pathOf(request) };
  const attributes = { ...facts, [sideAttribute]: side };
  const span = tracer.startSpan(method, { kind: SpanKind.SERVER, attributes }, parent);
  if (!span.isRecording()) {
    handle();
    return;
  }
  const active = trace.setSpan(parent, span);
  emitUnder(active, request);
  emitUnder(active, response);
  response.once("close", () => {
    const { statusCode } = response;
    span.setAttribute("http.response.status_code", statusCode);
    if (statusCode >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
    span.end();
  });
  context.with(active, handle);
}

export interface WatchArgs {
  readonly side: ServerSide;
  readonly tracer: Tracer;
  /** Share of clients' requests that submit no job and have a span. */
  readonly requestRatio: number;
}

/** Puts a span around what the server does with a request, for those that are chosen. */
export function watchServer(server: Server, { side, tracer, requestRatio }: WatchArgs): void {
  const listeners = server.rawListeners("request");
  server.removeAllListeners("request");
  server.on("request", (request, response) => {
    const handle = (): void => {
      for (const listener of listeners) Reflect.apply(listener, server, [request, response]);
    };
    if (isLeftOut(request, side, requestRatio)) handle();
    else traced({ request, response, handle }, side, tracer);
  });
}
