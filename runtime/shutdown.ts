import { withTimeout } from "./clock.ts";
import type { Logger } from "./log.ts";

export interface Phase {
  readonly name: string;
  readonly limitMs: number;
  readonly run: () => Promise<unknown>;
}

/** Runs the phases in order. The log names one that fails or takes too long, and the next one follows. */
export async function runPhases(phases: readonly Phase[], log: Logger): Promise<void> {
  for (const { name, limitMs, run } of phases) {
    const startedAt = performance.now();
    try {
      await withTimeout(run(), limitMs, name);
      log.debug(
        { phase: name, ms: Math.round(performance.now() - startedAt) },
        "shutdown phase done",
      );
    } catch (error) {
      log.warn({ err: error, phase: name }, "shutdown phase not finished");
    }
  }
}

/**
 * Stops the program on SIGTERM and SIGINT, then exits with 0, or with 1 when stopping fails. A second signal exits at
 * once with 1.
 */
export function stopOnSignals(stop: () => Promise<void>, log: Logger): void {
  let stopping = false;
  const onSignal = async (signal: NodeJS.Signals): Promise<void> => {
    if (stopping) {
      log.warn({ signal }, "second signal: exiting at once");
      process.exit(1);
    }
    stopping = true;
    log.info({ signal }, "stopping");
    try {
      await stop();
    } catch (error) {
      log.fatal({ err: error }, "not stopped cleanly");
      process.exit(1);
    }
    log.info("stopped");
    process.exit(0);
  };
  for (const signal of ["SIGTERM", "SIGINT"] as const)
    process.on(signal, () => void onSignal(signal));
}
