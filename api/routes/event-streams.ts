import { AppError } from "../errors.ts";

interface StreamLimits {
  /** Open streams of one key on this replica. */
  readonly perKey: number;
  /** Open streams of this replica. */
  readonly total: number;
}

/** Keeps room for requests: each open stream holds a socket and asks the database now and then. */
export class EventStreams {
  readonly #limits: StreamLimits;
  readonly #open = new Map<string, number>();
  #total = 0;

  constructor(limits: StreamLimits) {
    this.#limits = limits;
  }

  /** Counts a stream; the returned function ends it. Throws when there is no room. */
  enter(keyId: string): () => void {
    const { perKey, total } = this.#limits;
    const open = this.#open.get(keyId) ?? 0;
    if (open >= perKey) {
      throw new AppError(
        "too-many-streams",
        `This caller has ${open} event streams open, and ${perKey} are allowed; close some, or poll instead`,
        { retryAfterSeconds: 5 },
      );
    }
    if (this.#total >= total) {
      throw new AppError(
        "unavailable",
        `All ${total} event streams of this replica are in use; try again, or poll instead`,
        { retryAfterSeconds: 5 },
      );
    }
    this.#open.set(keyId, open + 1);
    this.#total += 1;
    return () => {
      this.#leave(keyId);
    };
  }

  #leave(keyId: string): void {
    const left = (this.#open.get(keyId) ?? 0) - 1;
    if (left > 0) this.#open.set(keyId, left);
    else this.#open.delete(keyId);
    this.#total -= 1;
  }
}
