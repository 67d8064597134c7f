import { pause } from "@framewright/runtime/clock.ts";
import type { WorkerDeps } from "./worker-deps.ts";

/** How often a waiting request looks by itself, since what becomes due wakes nobody: with wake-ups from other replicas, and without. */
const usualPollMs = { live: 2_000, alone: 500 };

export interface LongPoll<T> {
  readonly seconds: number;
  /** Aborts when nobody waits any more. */
  readonly gone: AbortSignal;
  readonly subscribe: (wake: () => void) => () => void;
  /** Undefined: nothing yet. */
  readonly look: () => Promise<T | undefined>;
  readonly pollMs?: typeof usualPollMs;
}

/** Looks until there is something, the time is up, or nobody waits any more. */
export async function longPoll<T>(
  { notifier, closing }: Pick<WorkerDeps, "notifier" | "closing">,
  { seconds, gone, subscribe, look, pollMs = usualPollMs }: LongPoll<T>,
): Promise<T | undefined> {
  const until = performance.now() + seconds * 1000;
  const stop = AbortSignal.any([gone, closing]);
  const isOver = () => stop.aborted;
  while (!isOver()) {
    // Before the look, so that a change during it is not missed.
    const wake = new AbortController();
    const forget = subscribe(() => {
      wake.abort();
    });
    try {
      const found = await look();
      const leftMs = until - performance.now();
      if (found !== undefined || leftMs <= 0) return found;
      const most = notifier.live ? pollMs.live : pollMs.alone;
      await pause(Math.min(leftMs, most), AbortSignal.any([wake.signal, stop]));
    } finally {
      forget();
    }
  }
  return undefined;
}

/** Aborts with the connection, and at the answer's own end, which then finds nobody waiting. */
export function goneSignal(reply: {
  readonly raw: { on(event: "close", heard: () => void): unknown };
}): AbortSignal {
  const gone = new AbortController();
  reply.raw.on("close", () => {
    gone.abort();
  });
  return gone.signal;
}
