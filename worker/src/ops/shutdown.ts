import type { Logger } from "./log.ts";

export interface Phase {
  readonly name: string;
  readonly timeoutMs: number;
  readonly run: () => Promise<void>;
}

/** Runs the phases in order; one that fails or takes too long does not keep the next from running. */
export async function runPhases(phases: readonly Phase[], log: Logger): Promise<void> {
  for (const phase of phases) {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(new Error(`took more than ${phase.timeoutMs} ms`));
      }, phase.timeoutMs);
    });
    try {
      await Promise.race([phase.run(), late]);
      log.info({ phase: phase.name }, "shutdown phase done");
    } catch (error) {
      log.warn({ err: error, phase: phase.name }, "shutdown phase failed");
    } finally {
      clearTimeout(timer);
    }
  }
}
