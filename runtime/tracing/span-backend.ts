import type { Server } from "node:http";
import type { Logger } from "../log.ts";

export type Facts = Readonly<Record<string, string | number | boolean | undefined>>;

export interface SpanOptions {
  /** @default internal */
  readonly kind?: "internal" | "client" | "consumer";
  readonly facts?: Facts;
  /** A traceparent in place of the span that is active. */
  readonly parent?: string | undefined;
}

/** Work that has a span only where it says something: a submission has some ten statements of a millisecond each. */
export interface BriefWork {
  /** Asked for once there is a span. */
  readonly name: () => string;
  readonly facts: Facts;
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
  readonly ifLong: <T>(what: BriefWork, work: () => Promise<T>) => Promise<T>;
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
