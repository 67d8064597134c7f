import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { listAt, numberAt, objectAt, parseJson, textAt, type JsonObject } from "../../kit/json.ts";
import { isObject } from "../../kit/json.ts";
import { ApiError } from "./api-error.ts";
import type { ApiHttp } from "./http.ts";

/** Pause in milliseconds before a watch that broke off starts over. */
const restartPauseMs = 500;
/** The server ends a watch after this many seconds; a new list then heals whatever was missed. */
const watchSeconds = 240;

/** Called with the whole, current set of objects whenever it changes. */
export type Listener = (objects: readonly JsonObject[]) => void;

function keyOf(object: JsonObject): string {
  return textAt(object, "metadata", "uid") ?? textAt(object, "metadata", "name") ?? "";
}

async function follow(
  http: ApiHttp,
  path: string,
  query: Readonly<Record<string, string>>,
  state: {
    signal: AbortSignal;
    objects: Map<string, JsonObject>;
    version: string;
    changed: () => void;
  },
): Promise<void> {
  const watchQuery = {
    ...query,
    watch: "true",
    resourceVersion: state.version,
    timeoutSeconds: watchSeconds.toString(),
  };
  const request = { method: "GET", path, query: watchQuery, signal: state.signal } as const;
  const stream = await http.open(request, (watchSeconds + 30) * 1000);
  for await (const line of createInterface({ input: stream })) {
    const event = parseJson(line);
    const object = objectAt(event, "object");
    const type = textAt(event, "type");
    if (object === undefined) continue;
    if (type === "ERROR")
      throw new ApiError(numberAt(object, "code") ?? 410, object, "watch ended");
    if (type === "DELETED") state.objects.delete(keyOf(object));
    else state.objects.set(keyOf(object), object);
    state.changed();
  }
}

/**
 * Keeps a listener informed of the objects under a path until the signal fires. Lists first, then watches; after
 * any break it lists again, so that nothing is missed. Throws only when the very first list is refused.
 */
export async function watchObjects(
  http: ApiHttp,
  path: string,
  query: Readonly<Record<string, string>>,
  options: { signal: AbortSignal; listener: Listener },
): Promise<void> {
  const { signal, listener } = options;
  for (let round = 0; !signal.aborted; round += 1) {
    try {
      const list = await http.json({ method: "GET", path, query, signal });
      const items = listAt(list, "items").filter(isObject);
      const objects = new Map(items.map((item) => [keyOf(item), item]));
      const changed = (): void => {
        listener([...objects.values()]);
      };
      changed();
      const version = textAt(list, "metadata", "resourceVersion") ?? "";
      await follow(http, path, query, { signal, objects, version, changed });
    } catch (error) {
      if (round === 0 && error instanceof ApiError && error.status === 403) throw error;
      // Rejects at once when the signal has fired; the loop's own condition then ends it.
      await sleep(restartPauseMs, undefined, { signal }).catch(() => undefined);
    }
  }
}
