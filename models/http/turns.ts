import { Refusal } from "./refusal.ts";

interface Waiting {
  readonly begin: () => void;
}

export interface Turn {
  /** Whether who asked has gone away: the work is then not begun. */
  readonly isGone: () => boolean;
}

/**
 * One piece of work at a time, in the order in which it came. An engine uses all of its threads for one request, so that two
 * at once only make both slower; what waits is bounded, so that a client hears 503 early instead of a time-out late.
 */
export class Turns {
  private readonly limit: number;
  private readonly waiting: Waiting[] = [];
  private busy = false;

  constructor(limit: number) {
    this.limit = limit;
  }

  /** How many wait, beside the one that is worked on. */
  get depth(): number {
    return this.waiting.length;
  }

  get isBusy(): boolean {
    return this.busy;
  }

  /** Undefined where who asked had gone before it was its turn. */
  async take<T>(turn: Turn, work: () => Promise<T>): Promise<T | undefined> {
    await this.begin();
    try {
      return turn.isGone() ? undefined : await work();
    } finally {
      this.end();
    }
  }

  private begin(): Promise<void> {
    if (!this.busy) {
      this.busy = true;
      return Promise.resolve();
    }
    if (this.waiting.length >= this.limit) {
      const message = `${this.limit} requests wait already; try again later`;
      throw new Refusal(503, "busy", message);
    }
    return new Promise((resolve) => {
      this.waiting.push({ begin: resolve });
    });
  }

  private end(): void {
    const next = this.waiting.shift();
    if (next === undefined) this.busy = false;
    else next.begin();
  }
}
