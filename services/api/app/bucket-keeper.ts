import type { Logger } from "pino";
import type { ObjectStore } from "./object-store.ts";
import { pause } from "./time.ts";

const firstDelayMs = 250;
const maxDelayMs = 5_000;

export interface BucketKeeper {
  /** Throws, saying why, until the bucket is known to be there. */
  check(): Promise<void>;
  stop(): Promise<void>;
}

/** Makes the bucket if it is missing, as soon as the store is up. */
export function keepBucket(store: Pick<ObjectStore, "ensureBucket">, log: Logger): BucketKeeper {
  const stopping = new AbortController();
  let missing: string | undefined = "the object store has not answered yet";
  const run = async () => {
    for (let delayMs = firstDelayMs; !stopping.signal.aborted; delayMs *= 2) {
      try {
        await store.ensureBucket();
        missing = undefined;
        return;
      } catch (error) {
        missing = `the bucket is not there yet: ${error instanceof Error ? error.message : "unknown"}`;
        log.warn({ err: error }, "bucket not there yet; trying again");
      }
      await pause(Math.min(delayMs, maxDelayMs), stopping.signal);
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
