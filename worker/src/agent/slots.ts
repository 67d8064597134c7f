/** Room for a fixed number of jobs. */
export class Slots {
  readonly #size: number;
  #used = 0;
  readonly #listeners: (() => void)[] = [];

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
      this.#listeners.forEach((listener) => {
        listener();
      });
    };
  }

  onFree(listener: () => void): void {
    this.#listeners.push(listener);
  }
}
