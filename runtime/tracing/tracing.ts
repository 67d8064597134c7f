import type { Server } from "node:http";
import type { TracingSettings } from "./settings.ts";
import type {
  BriefWork,
  Facts,
  PastSpan,
  ServerSide,
  SpanOptions,
  Tracing,
  TracingProgram,
} from "./span-backend.ts";

/** Undefined: off. Then nothing of OpenTelemetry is loaded, and what follows only calls what it is given. */
let current: Tracing | undefined;

const noFields: Readonly<Record<string, string>> = {};

/**
 * Turns traces on, if there are settings. To be called before the libraries are loaded that make spans: these are changed
 * while they are loaded.
 */
export async function startTracing(
  settings: TracingSettings | undefined,
  program: () => TracingProgram,
): Promise<void> {
  if (settings === undefined) return;
  const { openTelemetry } = await import("./open-telemetry.ts");
  current = await openTelemetry(settings, program());
}

/** Sends what is left. */
export async function stopTracing(): Promise<void> {
  const ended = current;
  current = undefined;
  await ended?.stop();
}

/** Whether there are traces at all: then a name for a part of one is worth making. */
export function isTraced(): boolean {
  return current !== undefined;
}

/** Runs the work as a part of a trace; an error that it throws is the span's. */
export function inSpan<T>(name: string, options: SpanOptions, work: () => Promise<T>): Promise<T> {
  return current === undefined ? work() : current.inSpan(name, options, work);
}

/** Runs the work, which then has a span if it took as long as the settings say, or failed. */
export function ifLong<T>(what: BriefWork, work: () => Promise<T>): Promise<T> {
  return current === undefined ? work() : current.ifLong(what, work);
}

/** Runs the work as if it came from there; from nowhere, if undefined. */
export function under<T>(parent: string | undefined, work: () => T): T {
  return current === undefined ? work() : current.under(parent, work);
}

/** Adds to the span that is active, and may name it. */
export function describeSpan(facts: Facts, name?: string): void {
  current?.describe(facts, name);
}

/** Adds a span that ends now. */
export function addPastSpan(name: string, span: PastSpan): void {
  current?.past(name, span);
}

/** The active span, if it is recorded: for what goes on elsewhere. */
export function currentTraceparent(): string | undefined {
  return current?.traceparent();
}

/** `trace_id` and `span_id` of the active span, for lines of the log. */
export function traceFields(): Readonly<Record<string, string>> {
  return current?.logFields() ?? noFields;
}

/** Has the server's requests make spans; those of other servers make none. */
export function traceServer(server: Server, side: ServerSide): void {
  current?.watch(server, side);
}
