import { called } from "@framewright/runtime/clock.ts";

/** Room for a fixed number of jobs. */
export class Slots {
  readonly #size: number;
  #used = 0;
  readonly #listeners: (() => void)[] = [];
  #waiting: (() => void)[] = [];

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
      const waiting = this.#waiting;
      this.#waiting = [];
      for (const tell of [...this.#listeners, ...waiting]) tell();
    };
  }

  onFree(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** Resolves when there is room, or early when the signal fires. */
  async whenFree(signal: AbortSignal): Promise<void> {
    if (this.free === 0) await called((wake) => this.#waiting.push(wake), signal);
  }
}
