import type { FastifyBaseLogger } from "fastify";
import type { Bindings, Level } from "pino";

/** The log of one request, with its fields in each line. A child of pino for each request costs more than the line that most have. */
export class RequestLog implements FastifyBaseLogger {
  readonly #to: FastifyBaseLogger;
  readonly #fields: Bindings;

  constructor(to: FastifyBaseLogger, fields: Bindings) {
    this.#to = to;
    this.#fields = fields;
  }

  get level(): string {
    return this.#to.level;
  }

  child(fields: Bindings): RequestLog {
    return new RequestLog(this.#to, { ...this.#fields, ...fields });
  }

  #write(level: Level, what: unknown, texts: readonly unknown[]): void {
    if (typeof what === "string") {
      this.#to[level](this.#fields, what, ...texts);
      return;
    }
    const error = what instanceof Error ? what : undefined;
    const given = error ? { err: error } : what;
    const [text = error?.message, ...values] = texts;
    const fields = { ...this.#fields, ...(typeof given === "object" && given) };
    if (typeof text === "string") this.#to[level](fields, text, ...values);
    else this.#to[level](fields);
  }

  trace(what: unknown, ...texts: unknown[]): void {
    this.#write("trace", what, texts);
  }
  debug(what: unknown, ...texts: unknown[]): void {
    this.#write("debug", what, texts);
  }
  info(what: unknown, ...texts: unknown[]): void {
    this.#write("info", what, texts);
  }
  warn(what: unknown, ...texts: unknown[]): void {
    this.#write("warn", what, texts);
  }
  error(what: unknown, ...texts: unknown[]): void {
    this.#write("error", what, texts);
  }
  fatal(what: unknown, ...texts: unknown[]): void {
    this.#write("fatal", what, texts);
  }
  silent(): void {
    // The level at which nothing is written.
  }
}
