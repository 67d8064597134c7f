import type { WorkerOrders } from "@framewright/contracts/worker-api.ts";
import type { Logger } from "@framewright/runtime/log.ts";
import { pause } from "@framewright/runtime/clock.ts";
import { retry } from "@framewright/runtime/retry.ts";
import { WorkerRefused } from "./http.ts";
import type { WorkerApi } from "./worker-api.ts";

/** The API answers after this time, or at once with an order. */
const waitSeconds = 10;
const intervalMs = waitSeconds * 1000;
/** An API that is about to close, or that knows no orders, answers at once. */
const leastIntervalMs = 2_000;
/** Without an answer for so long, the worker is not ready. */
const staleMs = 30_000;

export interface PresenceArgs {
  readonly api: Pick<WorkerApi, "register" | "alive" | "awaitOrders" | "rotate">;
  readonly log: Logger;
  /** How long a key is used; 0 keeps it. */
  readonly rotationMs: number;
  /** Called once, when the API asks the worker to finish and go. */
  readonly onDrain: () => void;
}

/** The worker's sign of life, with or without a job, and what the API answers to it; knows whether the API answers. */
export class Presence {
  readonly #args: PresenceArgs;
  readonly #ended = new AbortController();
  #answeredAt: number | undefined;
  #keyFrom = 0;
  #draining = false;
  #drainAsked = false;
  #loop: Promise<void> = Promise.resolve();

  constructor(args: PresenceArgs) {
    this.#args = args;
  }

  get connected(): boolean {
    return this.#answeredAt !== undefined && performance.now() - this.#answeredAt < staleMs;
  }

  /** Registers, however long that takes; false when ended before, or refused for good. */
  async register(): Promise<boolean> {
    const { api, log } = this.#args;
    try {
      await retry(() => api.register(), {
        signal: this.#ended.signal,
        attempts: Number.POSITIVE_INFINITY,
        firstMs: 500,
        limitMs: 15_000,
        retryable: (error) => !(error instanceof WorkerRefused),
        onRetry: (error) => {
          log.warn({ err: error }, "registering failed; trying again");
        },
      });
    } catch (error) {
      if (!this.#ended.signal.aborted && !(error instanceof WorkerRefused)) throw error;
      return false;
    }
    this.#answeredAt = performance.now();
    this.#keyFrom = performance.now();
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
    const { signal } = this.#ended;
    const isEnded = (): boolean => signal.aborted;
    while (!isEnded()) {
      const begun = performance.now();
      await this.#rotate();
      const answered = await this.#beat();
      if (isEnded()) return;
      const leastMs = answered && !this.#draining ? leastIntervalMs : intervalMs;
      await pause(Math.max(0, begun + leastMs - performance.now()), signal);
    }
  }

  async #rotate(): Promise<void> {
    const { api, log, rotationMs } = this.#args;
    if (rotationMs === 0 || performance.now() - this.#keyFrom < rotationMs) return;
    try {
      await api.rotate();
      this.#keyFrom = performance.now();
      log.info("the worker's key was replaced");
    } catch (error) {
      // The present key stays good.
      log.warn({ err: error }, "the worker's key could not be replaced; trying again");
    }
  }

  async #beat(): Promise<boolean> {
    const { api, log, onDrain } = this.#args;
    try {
      const orders: WorkerOrders = this.#draining
        ? await api.alive(true)
        : await api.awaitOrders(waitSeconds, this.#ended.signal);
      this.#answeredAt = performance.now();
      if (orders.drain && !this.#drainAsked) {
        this.#drainAsked = true;
        onDrain();
      }
      return true;
    } catch (error) {
      if (!this.#ended.signal.aborted) log.warn({ err: error }, "sign of life failed");
      return false;
    }
  }
}
