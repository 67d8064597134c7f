import { isObject, type Json, type Path } from "../../../tools/plugins/kit/json.ts";
import { isUnknown } from "../../../tools/plugins/kit/properties.ts";
import type { Change } from "../../../tools/plugins/kit/provider.ts";

export interface Entry {
  path: Path;
  change: "add" | "delete" | "update";
}

/** What differs between two values, leaf by leaf; lists are compared index by index. */
export function compare(old: Json | undefined, now: Json | undefined, path: Path = []): Entry[] {
  if (old === undefined && now === undefined) return [];
  if (old === undefined) return [{ path, change: "add" }];
  if (now === undefined) return [{ path, change: "delete" }];
  if (Array.isArray(old) && Array.isArray(now)) {
    const longer = Math.max(old.length, now.length);
    return Array.from({ length: longer }, (_, i) => compare(old[i], now[i], [...path, i])).flat();
  }
  if (isObject(old) && isObject(now)) {
    const keys = [...new Set([...Object.keys(old), ...Object.keys(now)])].sort();
    return keys.flatMap((key) => compare(old[key], now[key], [...path, key]));
  }
  return old === now && !isUnknown(now) ? [] : [{ path, change: "update" }];
}

/** A path in Pulumi's notation: spec.containers[0].image, metadata.annotations["a.b"]. */
export function pathText(path: Path): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === "number") return `${text}[${key.toString()}]`;
    if (/[.[\]"]/.test(key)) return `${text}["${key.replaceAll('"', '\\"')}"]`;
    return text === "" ? key : `${text}.${key}`;
  }, "");
}

/** Whether a path lies at or under a field, or above it (a whole parent was added or removed). */
function touches(path: Path, field: string): boolean {
  const parts = field.split(".");
  const shared = Math.min(parts.length, path.length);
  return parts.slice(0, shared).every((part, i) => part === "*" || part === String(path[i]));
}

/** The entries in the engine's terms; those that touch one of the fields ask for a new object. */
export function toChanges(
  entries: readonly Entry[],
  forceNew: readonly string[],
): Map<string, Change> {
  return new Map(
    entries.map(({ path, change }): [string, Change] => {
      const replaces = forceNew.some((field) => touches(path, field));
      return [pathText(path), replaces ? `${change}-replace` : change];
    }),
  );
}
