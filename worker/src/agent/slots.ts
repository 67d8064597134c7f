import { unlessAborted } from "@framewright/runtime/clock.ts";

/** Room for a fixed number of jobs. */
export class Slots {
  readonly #size: number;
  #used = 0;
  readonly #listeners = new Set<() => void>();

  constructor(size: number) {
    this.#size = size;
  }

  get size(): number {
    return this.#size;
  }

  get free(): number {
    return this.#size - this.#used;
  }

  /** Takes a slot; the returned function gives it back, once. Nothing when all are taken. */
  take(): (() => void) | undefined {
    if (this.free <= 0) return undefined;
    this.#used += 1;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#used -= 1;
      for (const listener of [...this.#listeners]) listener();
    };
  }

  onFree(listener: () => void): void {
    this.#listeners.add(listener);
  }

  /** Resolves when there is room, or early when the signal fires. */
  async whenFree(signal: AbortSignal): Promise<void> {
    if (this.free > 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#listeners.add(resolve);
    await unlessAborted(promise, signal);
    this.#listeners.delete(resolve);
  }
}
