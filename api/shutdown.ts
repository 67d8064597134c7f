import type { Logger } from "pino";
import { withTimeout } from "./time.ts";

export interface Phase {
  readonly name: string;
  readonly limitMs: number;
  readonly run: () => Promise<unknown>;
}

/** Runs the phases in order. One that fails or takes too long is logged, and the next one follows. */
export async function runPhases(phases: readonly Phase[], log: Logger): Promise<void> {
  for (const { name, limitMs, run } of phases) {
    const startedAt = performance.now();
    try {
      await withTimeout(run(), limitMs, name);
      log.debug({ phase: name, ms: Math.round(performance.now() - startedAt) }, "shutdown phase");
    } catch (error) {
      log.warn({ err: error, phase: name }, "shutdown phase not finished");
    }
  }
}
