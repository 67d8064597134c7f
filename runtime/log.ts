import { destination, pino, type DestinationStream, type Logger } from "pino";
import { lineFields } from "./log-fields.ts";
import { isSecretName, lineRedactor, withoutNamedSecrets } from "./log-redaction.ts";

export { redactText } from "./log-redaction.ts";
export type { Logger };

type Fields = Readonly<Record<string, unknown>>;

/**
 * A line's fields by their names in lines, without secrets. A walk of our own, since pino's redaction copies every line and
 * every child logger: 30 µs for each request. The fields of a line itself are named by us, `key` for example is that of an
 * object in the store.
 */
function lineOf(fields: Fields): Record<string, unknown> {
  const line = lineFields(fields);
  for (const name of Object.keys(line)) {
    // Serialized below: an error is more than its enumerable fields.
    if (name === "err") continue;
    const isSecret = name !== "key" && isSecretName(name);
    line[name] = isSecret ? "[redacted]" : withoutNamedSecrets(line[name]);
  }
  return line;
}

export interface LogOptions {
  readonly level: string;
  /** Fields of every line, for example the name of the program. */
  readonly base: Readonly<Record<string, string>>;
  /** Fields of every line that become known later; asked for with each line. */
  readonly current?: () => Fields;
  /** Values that no line shows: those of the program's own secrets, `hiddenValues` of env.ts. */
  readonly secrets?: readonly string[];
  /** Where the lines go, if not to stdout. */
  readonly destination?: DestinationStream;
}

/**
 * JSON lines on stdout, written synchronously, so that the last lines of a dying process are kept. Fields of a child logger
 * are written as they are given: name them as lines do, `job_id`.
 */
export function createLogger(options: LogOptions): Logger {
  const { level, base, current, secrets = [], destination: to } = options;
  const redactLine = lineRedactor(secrets);
  return pino(
    {
      level,
      base,
      messageKey: "message",
      formatters: { level: (label: string) => ({ level: label }), log: lineOf },
      serializers: {
        err: (error: Error) => withoutNamedSecrets(pino.stdSerializers.err(error)),
      },
      timestamp: pino.stdTimeFunctions.isoTime,
      // Whatever way a text took into the line: an error, its cause, an address in a message.
      hooks: { streamWrite: redactLine },
      ...(current && { mixin: () => ({ ...current() }) }),
    },
    to ?? destination({ dest: 1, sync: true }),
  );
}
