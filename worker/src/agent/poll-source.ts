import { pause } from "@framewright/runtime/clock.ts";
import { backoffMs } from "@framewright/runtime/retry.ts";
import type { WorkSource, WorkSourceArgs } from "./work-source.ts";

const waitSeconds = 10;

/** Asks the API for any job, and waits there for one: for workers that no broker reaches. */
export function createPollSource({ api, slots, log, onLease }: WorkSourceArgs): WorkSource {
  const stopping = new AbortController();
  const isStopping = (): boolean => stopping.signal.aborted;
  let loops: Promise<void>[] = [];

  const takeOne = async (): Promise<void> => {
    const lease = await api.claimAny(waitSeconds, stopping.signal);
    if (!lease) return;
    const giveBack = slots.take();
    if (isStopping()) {
      await api.release(lease, "draining");
      return;
    }
    await onLease(lease).finally(() => giveBack?.());
  };

  const loop = async (): Promise<void> => {
    let failures = 0;
    while (!isStopping()) {
      try {
        await takeOne();
        failures = 0;
      } catch (error) {
        if (isStopping()) return;
        log.warn({ err: error }, "asking for a job failed");
        await pause(backoffMs(failures, 500, 15_000), stopping.signal);
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
