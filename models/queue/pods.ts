import { resolve4 } from "node:dns/promises";
import { pause } from "@framewright/runtime/clock.ts";
import type { Logger } from "@framewright/runtime/log.ts";

/** No address is an answer, too: there is no pod that is ready. */
const none: readonly string[] = ["ENOTFOUND", "ENODATA"];

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}

/** The addresses of a service's pods that are ready, of a Service without an address of its own. */
export async function readyPods(host: string, resolve = resolve4): Promise<string[]> {
  try {
    return (await resolve(host)).toSorted();
  } catch (error) {
    if (none.includes(String(codeOf(error)))) return [];
    throw error;
  }
}

export interface WatchPods {
  readonly find: () => Promise<string[]>;
  readonly onPods: (pods: readonly string[]) => void;
  readonly everyMs: number;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

/** Tells of the pods again and again; while names cannot be resolved, those that are known are kept. */
export async function watchPods({ find, onPods, everyMs, log, signal }: WatchPods): Promise<void> {
  let known = "";
  let fails = false;
  while (!signal.aborted) {
    try {
      const pods = await find();
      if (pods.join() !== known) log.info({ pods: pods.length }, "pods that are ready");
      known = pods.join();
      fails = false;
      onPods(pods);
    } catch (err) {
      if (!fails) log.warn({ err }, "the pods cannot be found; those that are known stay");
      fails = true;
    }
    await pause(everyMs, signal);
  }
}
