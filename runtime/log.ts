import { destination, pino, type DestinationStream, type Logger } from "pino";

export type { Logger };

/** Fields that never reach the log, wherever a program logs an object that has them. */
const secretPaths = [
  "authorization",
  "*.authorization",
  "headers.authorization",
  "*.headers.authorization",
  'headers["x-admin-secret"]',
  "*.password",
  "*.secretAccessKey",
  "*.apiKey",
  "*.api_key",
  "*.key",
];

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
    redact: { paths: secretPaths, censor: "[redacted]" },
    formatters: { level: (label: string) => ({ level: label }) },
    timestamp: pino.stdTimeFunctions.isoTime,
  };
  return pino(options, to ?? destination({ dest: 1, sync: true }));
}
