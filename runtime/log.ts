import { destination, pino, type DestinationStream, type Logger } from "pino";

export type { Logger };

/** Fields that never reach the log, in any object that a program logs. */
const secretNames = new Set([
  "authorization",
  "x-admin-secret",
  "password",
  "secretAccessKey",
  "apiKey",
  "api_key",
  "key",
]);

type Fields = Readonly<Record<string, unknown>>;

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Buffer.isBuffer(value);
}

/** Objects in objects are looked at to this depth; a cycle ends there. */
const deepest = 5;

function clean(value: unknown, depth: number): unknown {
  if (!isFields(value) || depth > deepest) return value;
  if (Array.isArray(value)) return value.map((item) => clean(item, depth + 1));
  let copy: Record<string, unknown> | undefined;
  for (const name of Object.keys(value)) {
    const found = value[name];
    const shown = secretNames.has(name) ? "[redacted]" : clean(found, depth + 1);
    if (shown !== found) {
      copy ??= { ...value };
      copy[name] = shown;
    }
  }
  return copy ?? value;
}

/**
 * A line's fields without secrets. A walk of our own, since pino's redaction copies every line and every child logger: 30 µs
 * for each request. The fields of a line itself are named by us, `key` for example is that of an object in the store.
 */
function withoutSecrets(line: Fields): Record<string, unknown> {
  const shown: Record<string, unknown> = {};
  for (const name of Object.keys(line)) {
    // Serialized below: an error is more than its enumerable fields.
    shown[name] = name === "err" ? line[name] : clean(line[name], 1);
  }
  if ("authorization" in shown) shown["authorization"] = "[redacted]";
  return shown;
}

/** URLs in error texts lose their user and password. */
export function redactText(text: string): string {
  return text.replace(/([a-z]+:\/\/)[^\s/@]+@/gi, "$1…@");
}

export interface LogOptions {
  readonly level: string;
  /** Fields of every line, for example the name of the program. */
  readonly base: Readonly<Record<string, string>>;
  /** Where the lines go, if not to stdout. */
  readonly destination?: DestinationStream;
}

/** JSON lines on stdout, written synchronously, so that the last lines of a dying process are kept. */
export function createLogger({ level, base, destination: to }: LogOptions): Logger {
  const options = {
    level,
    base,
    formatters: { level: (label: string) => ({ level: label }), log: withoutSecrets },
    serializers: { err: (error: Error) => clean(pino.stdSerializers.err(error), 1) },
    timestamp: pino.stdTimeFunctions.isoTime,
  };
  return pino(options, to ?? destination({ dest: 1, sync: true }));
}
