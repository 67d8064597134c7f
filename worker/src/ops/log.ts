import { destination, pino, type Logger } from "pino";

export type { Logger };

/** JSON lines on stdout; written synchronously, so that the last words of a dying worker are kept. */
export function createLog(level: string, worker: string): Logger {
  const out = destination({ dest: 1, sync: true });
  return pino({ level, base: { worker }, timestamp: pino.stdTimeFunctions.isoTime }, out);
}
