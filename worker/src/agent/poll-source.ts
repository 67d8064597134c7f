import { pause } from "@framewright/runtime/clock.ts";
import { backoffMs } from "@framewright/runtime/retry.ts";
import { Gate } from "./gate.ts";
import type { WorkSource, WorkSourceArgs } from "./work-source.ts";

/** Longest wait for a job within one call; the API allows 10 s. */
const longestWaitSeconds = 10;

export interface PollSourceArgs extends WorkSourceArgs {
  /** Seconds that one call waits for a job. @default 10 */
  readonly waitSeconds?: number;
  /** Asks only while this is open. @default always open */
  readonly gate?: Gate;
}

function openGate(): Gate {
  const gate = new Gate();
  gate.open();
  return gate;
}

/** Asks the API for any job, and waits there for one: for workers that no broker reaches. */
export function createPollSource(args: PollSourceArgs): WorkSource {
  const { api, slots, log, onLease, waitSeconds = longestWaitSeconds } = args;
  const gate = args.gate ?? openGate();
  const stopping = new AbortController();
  const { signal } = stopping;
  const isStopping = (): boolean => signal.aborted;
  let loops: Promise<void>[] = [];

  /** One call, with a slot held before: whatever it brings has room. */
  const askInSlot = async (): Promise<void> => {
    const lease = await api.claimAny(waitSeconds, signal);
    if (!lease) return;
    if (isStopping()) await api.release(lease, "draining");
    else await onLease(lease);
  };

  const ask = async (): Promise<void> => {
    await gate.pass(signal);
    await slots.whenFree(signal);
    // Either may have changed while this loop waited for the other.
    if (isStopping() || !gate.isOpen) return;
    const giveBack = slots.take();
    if (giveBack) await askInSlot().finally(giveBack);
  };

  const loop = async (): Promise<void> => {
    let failures = 0;
    while (!isStopping()) {
      try {
        await ask();
        failures = 0;
      } catch (error) {
        if (isStopping()) return;
        log.warn({ err: error }, "asking for a job failed");
        await pause(backoffMs(failures, 500, 15_000), signal);
        failures += 1;
      }
    }
  };

  return {
    start: () => {
      loops = Array.from({ length: slots.size }, loop);
    },
    stop: () => {
      stopping.abort();
      return Promise.resolve();
    },
    close: async () => {
      await Promise.all(loops);
    },
  };
}
