import { LRUCache } from "lru-cache";

/**
 * After so long, in milliseconds, a replica knows what the others counted. Until then a caller may exceed a limit by
 * what it sends them in this time.
 */
const tellAfterMs = 100;
/** More callers than this push out the ones that were heard of least recently. */
const maxWindows = 50_000;

const namePrefix = "framewright:rate:";

/** Adds, begins the window with its first request, and gives the sum with the rest of the window in milliseconds. */
const addScript = `
  local sum = redis.call('INCRBY', KEYS[1], ARGV[1])
  if sum == tonumber(ARGV[1]) then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
  return {sum, redis.call('PTTL', KEYS[1])}`;

interface Window {
  /** Sum of all replicas when Redis was last told. */
  shared: number;
  /** Counted here; Redis is being told. */
  sent: number;
  /** Counted here since. */
  own: number;
  endsAtMs: number;
  readonly lengthMs: number;
}

export interface Count {
  /** Requests in the window, this one among them. */
  readonly current: number;
  /** Until the window ends, in milliseconds. */
  readonly ttl: number;
}

export interface SharedCountsOptions {
  /** Undefined: counts in this process only. */
  readonly redis:
    | { eval(script: string, keys: 1, ...args: (string | number)[]): Promise<unknown> }
    | undefined;
  /** Called when Redis could not be told. */
  readonly onError: () => void;
}

/**
 * Counts the requests of each caller in its window. A request is counted here and waits for nothing; Redis adds up the
 * replicas. While Redis is away each replica counts for itself.
 */
export class SharedCounts {
  readonly #options: SharedCountsOptions;
  readonly #windows = new LRUCache<string, Window>({ max: maxWindows });
  #changed = new Map<string, Window>();
  #isDue = false;

  constructor(options: SharedCountsOptions) {
    this.#options = options;
  }

  add(caller: string, lengthMs: number): Count {
    const nowMs = Date.now();
    let window = this.#windows.get(caller);
    if (!window || window.endsAtMs <= nowMs) {
      window = { shared: 0, sent: 0, own: 0, endsAtMs: nowMs + lengthMs, lengthMs };
      this.#windows.set(caller, window);
    }
    window.own += 1;
    this.#changed.set(caller, window);
    this.#tellLater();
    return { current: window.shared + window.sent + window.own, ttl: window.endsAtMs - nowMs };
  }

  #tellLater(): void {
    if (!this.#options.redis || this.#isDue) return;
    this.#isDue = true;
    setTimeout(() => {
      this.#isDue = false;
      const changed = this.#changed;
      this.#changed = new Map();
      for (const [caller, window] of changed) void this.#tell(caller, window);
    }, tellAfterMs).unref();
  }

  async #tell(caller: string, window: Window): Promise<void> {
    const told = window.own;
    window.own = 0;
    window.sent += told;
    try {
      const args = [namePrefix + caller, told, window.lengthMs];
      const answer = await this.#options.redis?.eval(addScript, 1, ...args);
      const [sum = told, restMs = window.lengthMs] = Array.isArray(answer)
        ? answer.map(Number)
        : [];
      window.shared = sum;
      window.endsAtMs = Date.now() + restMs;
    } catch {
      // Told with the caller's next request.
      window.own += told;
      this.#options.onError();
    } finally {
      window.sent -= told;
    }
  }
}
