import type { Logger } from "@framewright/runtime/log.ts";
import { pause } from "@framewright/runtime/clock.ts";
import { retry } from "@framewright/runtime/retry.ts";
import type { WorkerApi } from "./worker-api.ts";

const intervalMs = 10_000;
/** Without an answer for so long, the worker is not ready. */
const staleMs = 30_000;

/** The worker's sign of life, with or without a job; knows whether the API answers. */
export class Presence {
  readonly #api: Pick<WorkerApi, "register" | "alive">;
  readonly #log: Logger;
  readonly #ended = new AbortController();
  #answeredAt: number | undefined;
  #draining = false;
  #loop: Promise<void> = Promise.resolve();

  constructor(api: Pick<WorkerApi, "register" | "alive">, log: Logger) {
    this.#api = api;
    this.#log = log;
  }

  get connected(): boolean {
    return this.#answeredAt !== undefined && performance.now() - this.#answeredAt < staleMs;
  }

  /** Registers, however long that takes; false when ended before. */
  async register(): Promise<boolean> {
    try {
      await retry(() => this.#api.register(), {
        signal: this.#ended.signal,
        attempts: Number.POSITIVE_INFINITY,
        firstMs: 500,
        limitMs: 15_000,
        retryable: () => true,
        onRetry: (error) => {
          this.#log.warn({ err: error }, "registering failed; trying again");
        },
      });
    } catch (error) {
      if (!this.#ended.signal.aborted) throw error;
      return false;
    }
    this.#answeredAt = performance.now();
    return true;
  }

  start(): void {
    this.#loop = this.#run();
  }

  async announceDrain(): Promise<void> {
    this.#draining = true;
    await this.#beat();
  }

  async end(): Promise<void> {
    this.#ended.abort();
    await this.#loop;
  }

  async #run(): Promise<void> {
    while (!this.#ended.signal.aborted) {
      await this.#beat();
      await pause(intervalMs, this.#ended.signal);
    }
  }

  async #beat(): Promise<void> {
    try {
      await this.#api.alive(this.#draining);
      this.#answeredAt = performance.now();
    } catch (error) {
      this.#log.warn({ err: error }, "sign of life failed");
    }
  }
}
