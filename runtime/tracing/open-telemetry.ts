import {
  context,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Context,
  type Span,
  type Tracer,
} from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { suppressTracing, W3CTraceContextPropagator } from "@opentelemetry/core";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { registerInstrumentations } from "@opentelemetry/instrumentation";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BatchSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import { withTimeout } from "../clock.ts";
import type { Logger } from "../log.ts";
import { version } from "../version.ts";
import { chosenInstrumentations } from "./instrumentations.ts";
import { SafeExporter } from "./safe-exporter.ts";
import { JobSampler } from "./sampler.ts";
import { watchServer } from "./server-spans.ts";
import type { TracingSettings } from "./settings.ts";
import type { Facts, SpanOptions, Tracing, TracingProgram } from "./span-backend.ts";

const kinds = {
  internal: SpanKind.INTERNAL,
  client: SpanKind.CLIENT,
  consumer: SpanKind.CONSUMER,
} as const satisfies Record<NonNullable<SpanOptions["kind"]>, SpanKind>;

/** What is in the queue is lost with the process, and what does not fit is dropped: a trace is never worth waiting for. */
const queue = { maxQueueSize: 4096, maxExportBatchSize: 512, scheduledDelayMillis: 1000 };
const exportTimeoutMs = 5000;
const stopTimeoutMs = 3000;

function providerOf(settings: TracingSettings, program: TracingProgram): TracerProvider {
  const { endpoint: url, headers } = settings;
  const sent = new OTLPTraceExporter({
    url,
    headers: { ...headers },
    timeoutMillis: exportTimeoutMs,
  });
  const exporter = new SafeExporter(sent, program.log);
  return new TracerProvider({
    resource: resourceFromAttributes({
      "service.name": program.service,
      "service.version": version,
      "service.instance.id": program.instance,
    }),
    sampler: new JobSampler(settings),
    // The old form, without an object, drops every span and says nothing.
    spanProcessors: [
      new BatchSpanProcessor({ exporter, exportTimeoutMillis: 2 * exportTimeoutMs, ...queue }),
    ],
    spanLimits: { attributeValueLengthLimit: 2048, attributeCountLimit: 64, eventCountLimit: 16 },
  });
}

function contextOf(traceparent: string | undefined): Context {
  return traceparent === undefined
    ? ROOT_CONTEXT
    : propagation.extract(ROOT_CONTEXT, { traceparent });
}

/** The active span, where it is recorded. */
function recorded(): Span | undefined {
  const span = trace.getActiveSpan();
  return span?.isRecording() === true ? span : undefined;
}

function textOf({ traceId, spanId }: ReturnType<Span["spanContext"]>): string {
  return `00-${traceId}-${spanId}-01`;
}

/** A loop: what `flatMap` and `fromEntries` make in between was the dearest part of a recorded request. */
function attributesOf(facts: Facts = {}): Record<string, string | number | boolean> {
  const attributes: Record<string, string | number | boolean> = {};
  for (const name in facts) {
    const value = facts[name];
    if (value !== undefined) attributes[name] = value;
  }
  return attributes;
}

function fail(span: Span, error: unknown): void {
  const shown = error instanceof Error ? error : new Error(String(error));
  span.recordException({ name: shown.name, message: shown.message });
  span.setStatus({ code: SpanStatusCode.ERROR, message: shown.message });
}

/** Runs the work, with which the span ends. */
async function ending<T>(span: Span, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    fail(span, error);
    throw error;
  } finally {
    span.end();
  }
}

interface Parts {
  readonly provider: TracerProvider;
  readonly settings: TracingSettings;
  readonly log: Logger;
  readonly disable: () => void;
}

/** Makes the span afterwards: most of what asks for one is too short for it, and then pays for two looks at the clock. */
function longOnes(tracer: Tracer, leastMs: number): Tracing["ifLong"] {
  return async ({ name, facts }, work) => {
    if (recorded() === undefined) return work();
    const from = context.active();
    const startTime = performance.now();
    const begin = () =>
      tracer.startSpan(
        name(),
        { kind: SpanKind.CLIENT, startTime, attributes: attributesOf(facts) },
        from,
      );
    try {
      const result = await work();
      const now = performance.now();
      if (now - startTime >= leastMs) begin().end(now);
      return result;
    } catch (error) {
      const span = begin();
      fail(span, error);
      span.end(performance.now());
      throw error;
    }
  };
}

function tracingOf({ provider, settings, log, disable }: Parts): Tracing {
  const { requestRatio, statementMs } = settings;
  const tracer = provider.getTracer("framewright", version);
  return {
    ifLong: longOnes(tracer, statementMs),
    inSpan: (name, { kind = "internal", facts, parent }, work) => {
      const from = parent === undefined ? context.active() : contextOf(parent);
      // Work of our own begins no trace: what nobody asked for, as sweeps, has none.
      if (trace.getSpanContext(from) === undefined) return work();
      const options = { kind: kinds[kind], attributes: attributesOf(facts) };
      const span = tracer.startSpan(name, options, from);
      return context.with(trace.setSpan(from, span), () => ending(span, work));
    },
    under: (parent, work) => context.with(contextOf(parent), work),
    describe: (facts, name) => {
      const span = recorded();
      span?.setAttributes(attributesOf(facts));
      if (name !== undefined) span?.updateName(name);
    },
    past: (name, { parent, from, facts }) => {
      const startTime = Math.min(from.getTime(), Date.now());
      tracer
        .startSpan(name, { startTime, attributes: attributesOf(facts) }, contextOf(parent))
        .end();
    },
    traceparent: () => {
      const span = recorded();
      return span && textOf(span.spanContext());
    },
    logFields: (): Readonly<Record<string, string>> => {
      const found = trace.getActiveSpan()?.spanContext();
      if (found === undefined || (found.traceFlags & TraceFlags.SAMPLED) === 0) return {};
      return { trace_id: found.traceId, span_id: found.spanId };
    },
    watch: (server, side) => {
      watchServer(server, { side, tracer, requestRatio });
    },
    stop: async () => {
      const sent = context.with(suppressTracing(ROOT_CONTEXT), () => provider.shutdown());
      await withTimeout(sent, stopTimeoutMs, "sending the last spans").catch((error: unknown) => {
        log.warn({ err: error }, "the last spans were not sent");
      });
      disable();
    },
  };
}

/** Makes spans of this process and sends them. */
export async function openTelemetry(
  settings: TracingSettings,
  program: TracingProgram,
): Promise<Tracing> {
  const provider = providerOf(settings, program);
  trace.setGlobalTracerProvider(provider);
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  const instrumentations = await chosenInstrumentations(program);
  const unregister = registerInstrumentations({ tracerProvider: provider, instrumentations });
  const disable = (): void => {
    unregister();
    trace.disable();
    context.disable();
    propagation.disable();
  };
  return tracingOf({ provider, settings, log: program.log, disable });
}
