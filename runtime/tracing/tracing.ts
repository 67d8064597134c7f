import type { Server } from "node:http";
import type { Logger } from "../log.ts";
import type { TracingSettings } from "./settings.ts";

export type Facts = Readonly<Record<string, string | number | boolean | undefined>>;

export interface SpanOptions {
  /** @default internal */
  readonly kind?: "internal" | "client" | "consumer";
  readonly facts?: Facts;
  /** A traceparent in place of the span that is active. */
  readonly parent?: string | undefined;
}

/** A time that is over, and where it belongs. */
export interface PastSpan {
  readonly parent: string;
  readonly from: Date;
  readonly facts?: Facts;
}

/** What a program does with traces while it has them. */
export interface Tracing {
  readonly inSpan: <T>(name: string, options: SpanOptions, work: () => Promise<T>) => Promise<T>;
  readonly under: <T>(parent: string | undefined, work: () => T) => T;
  readonly describe: (facts: Facts, name?: string) => void;
  readonly past: (name: string, span: PastSpan) => void;
  readonly traceparent: () => string | undefined;
  readonly logFields: () => Readonly<Record<string, string>>;
  readonly watch: (server: Server, side: ServerSide) => void;
  readonly stop: () => Promise<void>;
}

/** `client`: whoever calls decides nothing. `worker`: calls belong to the trace that they name, and to none else. */
export type ServerSide = "client" | "worker";

/** Which libraries make spans by themselves. */
export interface Instrumented {
  readonly servers?: boolean;
  readonly database?: boolean;
  readonly broker?: boolean;
  /** Origin of the one address whose requests by undici belong to traces. */
  readonly origin?: string;
}

export interface TracingProgram extends Instrumented {
  readonly service: string;
  /** Tells pods of a service apart. */
  readonly instance: string;
  readonly log: Logger;
}

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

/** Runs the work as a part of a trace; an error that it throws is the span's. */
export function inSpan<T>(name: string, options: SpanOptions, work: () => Promise<T>): Promise<T> {
  return current === undefined ? work() : current.inSpan(name, options, work);
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
