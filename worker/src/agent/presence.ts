import type { Logger } from "@framewright/runtime/log.ts";
import { pause } from "@framewright/runtime/clock.ts";
import { backoffMs } from "@framewright/runtime/retry.ts";
import type { WorkerApi } from "./worker-api.ts";

const intervalMs = 10_000;
/** Without an answer for so long, the worker is not ready. */
const staleMs = 30_000;

/** The worker's sign of life, with or without a job; knows whether the API answers. */
export class Presence {
  readonly #api: WorkerApi;
  readonly #log: Logger;
  readonly #ended = new AbortController();
  #answeredAt: number | undefined;
  #draining = false;
  #loop: Promise<void> = Promise.resolve();

  constructor(api: WorkerApi, log: Logger) {
    this.#api = api;
    this.#log = log;
  }

  get connected(): boolean {
    return this.#answeredAt !== undefined && performance.now() - this.#answeredAt < staleMs;
  }

  /** Registers, however long that takes; false when ended before. */
  async register(): Promise<boolean> {
    for (let tries = 0; !this.#ended.signal.aborted; tries += 1) {
      try {
        await this.#api.register();
        this.#answeredAt = performance.now();
        return true;
      } catch (error) {
        this.#log.warn({ err: error }, "registering failed; trying again");
        await pause(backoffMs(tries, 500, 15_000), this.#ended.signal);
      }
    }
    return false;
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
