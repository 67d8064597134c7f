/** Failures in a row after which something is left alone. */
const failuresToOpen = 3;
/** For how long; doubled each time that the trial after it fails. */
const firstMs = 60_000;
const maxMs = 10 * 60_000;

/**
 * Leaves alone what failed several times in a row, so that not every job pays for a broken device, and lets one job try
 * it after a while: its success closes the breaker again.
 */
export class Breaker {
  readonly #now: () => number;
  #failures = 0;
  #restMs = firstMs;
  #openUntil: number | undefined;
  #trying = false;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  get isOpen(): boolean {
    return this.#openUntil !== undefined;
  }

  /** Whether to try it now. Of an open breaker whose time has come only the first who asks may; that one must say how it went. */
  allows(): boolean {
    if (this.#openUntil === undefined) return true;
    if (this.#trying || this.#now() < this.#openUntil) return false;
    this.#trying = true;
    return true;
  }

  succeeded(): void {
    this.#failures = 0;
    this.#restMs = firstMs;
    this.#openUntil = undefined;
    this.#trying = false;
  }

  failed(): void {
    this.#failures += 1;
    if (this.#trying) this.#restMs = Math.min(this.#restMs * 2, maxMs);
    if (this.#trying || this.#failures >= failuresToOpen) {
      this.#openUntil = this.#now() + this.#restMs;
    }
    this.#trying = false;
  }

  /** The try says nothing of it: another one may follow. */
  undecided(): void {
    this.#trying = false;
  }
}
