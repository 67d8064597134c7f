import { unlessAborted } from "@framewright/runtime/clock.ts";

/** Holds callers back for as long as it is shut. */
export class Gate {
  #opening = Promise.withResolvers<void>();
  #open = false;

  get isOpen(): boolean {
    return this.#open;
  }

  open(): void {
    this.#open = true;
    this.#opening.resolve();
  }

  shut(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#opening = Promise.withResolvers();
  }

  /** Resolves once the gate is open, or early when the signal fires. */
  async pass(signal: AbortSignal): Promise<void> {
    if (!this.#open) await unlessAborted(this.#opening.promise, signal);
  }
}
