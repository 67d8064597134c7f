import { JobFailure, Stopped } from "../failure.ts";
import type { Metrics } from "./metrics.ts";

/** What ended because the job did, or for the file's sake, says nothing of the store. */
function isOfStore(error: unknown): boolean {
  if (error instanceof Stopped) return false;
  if (error instanceof Error && error.name === "AbortError") return false;
  return !(error instanceof JobFailure) || error.kind === "transient";
}

/** Takes the time of a file on its way to the store or from it. */
export async function observeStore<T>(
  { store }: Pick<Metrics, "store">,
  operation: "get" | "put",
  work: () => Promise<T>,
): Promise<T> {
  const start = performance.now();
  const took = (result: "ok" | "error"): void => {
    store.observe({ operation, result }, (performance.now() - start) / 1000);
  };
  try {
    const done = await work();
    took("ok");
    return done;
  } catch (error) {
    if (isOfStore(error)) took("error");
    throw error;
  }
}
