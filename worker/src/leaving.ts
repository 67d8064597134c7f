import type { Logger } from "@framewright/runtime/log.ts";
import type { WorkerRefused } from "./agent/http.ts";
import type { Presence } from "./agent/presence.ts";
import type { WorkSource } from "./agent/work-source.ts";
import { allEnded } from "./job/drain.ts";
import type { RunningJob } from "./job/run-job.ts";

/** Why a worker ended by itself. */
export type Departure =
  | { readonly why: "drained" }
  /** The API takes nothing from it any more. */
  | { readonly why: "refused"; readonly refusal: WorkerRefused };

interface LeavingParts {
  readonly source: WorkSource;
  readonly presence: Presence;
  readonly jobs: ReadonlySet<RunningJob>;
}

/** How a worker ends by itself: told to drain it finishes what it has, and so it does when it is too old; revoked it drops that. */
export class Leaving {
  readonly departed: Promise<Departure>;
  readonly #log: Logger;
  #depart: (departure: Departure) => void = () => undefined;
  #parts: LeavingParts | undefined;
  #stop: () => Promise<void> = () => Promise.resolve();
  #refusal: WorkerRefused | undefined;

  constructor(log: Logger) {
    this.#log = log;
    this.departed = new Promise((resolve) => {
      this.#depart = resolve;
    });
  }

  /** Known once the worker's parts are there; it may be refused before. */
  begin(parts: LeavingParts, stop: () => Promise<void>): void {
    this.#parts = parts;
    this.#stop = stop;
    if (this.#refusal) this.refuse(this.#refusal);
  }

  refuse(refusal: WorkerRefused): void {
    this.#refusal = refusal;
    if (!this.#parts) return;
    const { jobs } = this.#parts;
    if (refusal.code !== "worker-too-old") {
      for (const { keeper } of jobs) keeper.stopFor("lost");
    }
    this.#log.error({ code: refusal.code, jobs: jobs.size }, refusal.message);
    this.#end(this.#finishing(this.#parts), { why: "refused", refusal });
  }

  drain(): void {
    if (!this.#parts) return;
    this.#log.info({ jobs: this.#parts.jobs.size }, "the API asks this worker to finish and go");
    this.#end(this.#finishing(this.#parts), { why: "drained" });
  }

  #finishing({ source, presence, jobs }: LeavingParts) {
    return async (): Promise<void> => {
      await source.stop();
      await presence.announceDrain();
      await allEnded(jobs);
    };
  }

  #end(finish: () => Promise<void>, departure: Departure): void {
    finish()
      .then(() => this.#stop())
      .catch((error: unknown) => {
        this.#log.error({ err: error }, "the worker did not end cleanly");
      })
      .finally(() => {
        this.#depart(departure);
      });
  }
}
