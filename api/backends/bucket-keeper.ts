import type { Logger } from "pino";
import type { ObjectStore } from "./object-store.ts";
import { pause } from "@framewright/runtime/clock.ts";

const firstDelayMs = 250;
const maxDelayMs = 5_000;
/** A store that came back empty has its bucket again after this. */
const lookAgainMs = 30_000;

export interface BucketKeeper {
  /** Throws, saying why, until the bucket is known to be there. */
  check(): Promise<void>;
  stop(): Promise<void>;
}

/** Makes the bucket as soon as the store is up, and again should it go missing. */
export function keepBucket(store: Pick<ObjectStore, "ensureBucket">, log: Logger): BucketKeeper {
  const stopping = new AbortController();
  let missing: string | undefined = "the object store has not answered yet";
  const run = async () => {
    let delayMs = firstDelayMs;
    while (!stopping.signal.aborted) {
      try {
        await store.ensureBucket();
        missing = undefined;
        delayMs = lookAgainMs;
      } catch (error) {
        const reason = error instanceof Error ? error.message : "unknown";
        // Once it was there, an outage turns requests away one by one, not the whole replica.
        if (missing !== undefined) missing = `the bucket does not exist yet: ${reason}`;
        log.warn({ err: error }, "the bucket does not exist yet; trying again");
        delayMs = Math.min(delayMs * 2, maxDelayMs);
      }
      await pause(delayMs, stopping.signal);
    }
  };
  const done = run();
  return {
    check: () => (missing === undefined ? Promise.resolve() : Promise.reject(new Error(missing))),
    stop: async () => {
      stopping.abort();
      await done;
    },
  };
}
