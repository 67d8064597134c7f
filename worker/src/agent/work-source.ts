import type { Lease } from "@framewright/contracts/worker-api.ts";
import type { Logger } from "@framewright/runtime/log.ts";
import type { Slots } from "./slots.ts";
import type { WorkerApi } from "./worker-api.ts";

/** Where a worker learns of jobs: the broker, or the API by long polling. */
export interface WorkSource {
  readonly start: () => void;
  /** Takes on nothing new from now on. */
  readonly stop: () => Promise<void>;
  /** Lets go of the connection; after the last job has ended. */
  readonly close: () => Promise<void>;
}

export interface WorkSourceArgs {
  readonly api: WorkerApi;
  readonly slots: Slots;
  readonly log: Logger;
  /** Does the job; resolves when it has ended, however it did. */
  readonly onLease: (lease: Lease) => Promise<void>;
}
