import { pause } from "@framewright/runtime/clock.ts";
import { backoffMs } from "@framewright/runtime/retry.ts";
import { TaskLost } from "../recorder-api.ts";
import type { Task } from "./task.ts";

const batchSize = 16;

/** Stores what is added in its order, again and again until the store and the API have it: it is safe on the disk until then. */
export class StoringQueue<Item> {
  readonly #task: Pick<Task, "signal" | "log">;
  readonly #store: (batch: readonly Item[]) => Promise<void>;
  readonly #waiting: Item[] = [];
  #working: Promise<void> | undefined;
  #lost: Error | undefined;

  /** @param store called with a batch again where it throws: what it has done already must do no harm */
  constructor(
    task: Pick<Task, "signal" | "log">,
    store: (batch: readonly Item[]) => Promise<void>,
  ) {
    this.#task = task;
    this.#store = store;
  }

  add(item: Item): void {
    this.#waiting.push(item);
    if (this.#working) return;
    const working = this.#work().finally(() => {
      this.#working = undefined;
    });
    working.catch((error: unknown) => {
      this.#lost = error instanceof Error ? error : new Error(String(error));
    });
    this.#working = working;
  }

  /** Resolves when everything is stored; throws where the task is lost. */
  async drained(): Promise<void> {
    await this.#working;
    if (this.#lost !== undefined) throw this.#lost;
  }

  async #work(): Promise<void> {
    const { signal, log } = this.#task;
    for (let tries = 0; this.#waiting.length > 0;) {
      signal.throwIfAborted();
      const batch = this.#waiting.slice(0, batchSize);
      try {
        await this.#store(batch);
        this.#waiting.splice(0, batch.length);
        tries = 0;
      } catch (error) {
        if (error instanceof TaskLost || signal.aborted) throw error;
        log.warn({ err: error, tries }, "not stored yet; trying again");
        await pause(backoffMs(tries, 300, 5000), signal);
        tries += 1;
      }
    }
  }
}
