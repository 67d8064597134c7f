import { called } from "@framewright/runtime/clock.ts";

/** Holds callers back for as long as it is shut. */
export class Gate {
  #open = false;
  #waiting: (() => void)[] = [];

  get isOpen(): boolean {
    return this.#open;
  }

  open(): void {
    this.#open = true;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }

  shut(): void {
    this.#open = false;
  }

  /** Resolves once the gate is open, or early when the signal fires. */
  async pass(signal: AbortSignal): Promise<void> {
    if (!this.#open) await called((wake) => this.#waiting.push(wake), signal);
  }
}
