import type { Logger } from "pino";
import type { Notifier } from "../backends/notifier.ts";
import type { RecorderService } from "../egress/recorder-service.ts";
import type { WorkerService } from "../workers/worker-service.ts";

/** What the routes of the worker API work with. */
export interface WorkerDeps {
  readonly service: WorkerService;
  readonly recorders: RecorderService;
  readonly notifier: Pick<Notifier, "live" | "onQueue" | "onWorkers" | "onEgress" | "onJob">;
  readonly log: Pick<Logger, "warn">;
  /** Each of them is accepted. */
  readonly adminSecrets: readonly string[];
  /** Ends long polls, so that the server can close. */
  readonly closing: AbortSignal;
}
