import { pause } from "./clock.ts";

/** Doubles up to the limit; each pause is drawn between half and the whole of it. */
export function backoffMs(attempt: number, firstMs: number, limitMs: number): number {
  const full = Math.min(limitMs, firstMs * 2 ** attempt);
  return full / 2 + Math.random() * (full / 2);
}

export interface RetryOptions {
  readonly signal: AbortSignal;
  readonly attempts: number;
  readonly firstMs: number;
  readonly limitMs: number;
  readonly retryable: (error: unknown) => boolean;
  /** Called before each pause, for the log. */
  readonly onRetry?: (error: unknown) => void;
}

/** Calls until it succeeds, an error is final, or the attempts are used up. */
export async function retry<T>(call: () => Promise<T>, options: RetryOptions): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    options.signal.throwIfAborted();
    try {
      return await call();
    } catch (error) {
      options.signal.throwIfAborted();
      if (attempt + 1 >= options.attempts || !options.retryable(error)) throw error;
      options.onRetry?.(error);
      await pause(backoffMs(attempt, options.firstMs, options.limitMs), options.signal);
    }
  }
}
