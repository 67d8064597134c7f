import { text } from "node:stream/consumers";
import type { JobResult } from "@framewright/contracts/job.ts";
import type { ObjectStore } from "../backends/object-store.ts";
import { AppError } from "../errors.ts";
import { resultProblems, textsNamed } from "./check-result.ts";

/** A playlist of 10 000 segments, the most that a worker writes, has about 300 kB; a manifest of ten such sounds 4 MB. */
const maxTextBytes = 8 * 1024 ** 2;
const readsAtOnce = 8;
/** A worker waits for ten seconds for an answer, and asks again. */
const limitMs = 8_000;

type Store = Pick<ObjectStore, "read" | "sizes">;

async function textOf(store: Store, key: string, signal: AbortSignal): Promise<string | undefined> {
  const file = await store.read(key, { signal });
  if (file === undefined || typeof file === "string") return undefined;
  return text(file.body);
}

/** The texts of these files, several at a time. */
async function textsOf(
  store: Store,
  prefix: string,
  { paths, signal }: { readonly paths: readonly string[]; readonly signal: AbortSignal },
): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  const queue = [...paths];
  const lane = async (): Promise<void> => {
    for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
      const found = await textOf(store, prefix + path, signal);
      if (found !== undefined) texts.set(path, found);
    }
  };
  await Promise.all(Array.from({ length: Math.min(readsAtOnce, paths.length) }, lane));
  return texts;
}

/** Looks at what the attempt left in the store, and says what is wrong with its result. */
export async function inspectResult(
  store: Store,
  prefix: string,
  result: JobResult,
): Promise<string[]> {
  const signal = AbortSignal.timeout(limitMs);
  try {
    const sizes = await store.sizes(prefix, signal);
    const texts = textsNamed(result);
    const large = texts.filter((path) => (sizes.get(path) ?? 0) > maxTextBytes);
    if (large.length > 0) {
      return large.map((path) => `${path} is larger than ${maxTextBytes} bytes`);
    }
    // An empty file is as good as none.
    const paths = texts.filter((path) => (sizes.get(path) ?? 0) > 0);
    return resultProblems(result, {
      sizes,
      texts: await textsOf(store, prefix, { paths, signal }),
    });
  } catch (error) {
    if (!signal.aborted) throw error;
    const detail = `The object store gave the result's files not within ${limitMs / 1000} s; complete again`;
    throw new AppError("unavailable", detail, { cause: error, retryAfterSeconds: 2 });
  }
}
