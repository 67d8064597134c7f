/**
 * Properties as a rule reads them: one field at a time, because reading one that is unknown in a preview throws
 * UnknownValueError, and what was not read can't.
 */
export type Path = readonly (string | number)[];

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value under a path; undefined where the path ends early. */
export function at(value: unknown, ...path: Path): unknown {
  let current = value;
  for (const key of path) {
    if (typeof key === "number") current = Array.isArray(current) ? current[key] : undefined;
    else current = isObject(current) ? current[key] : undefined;
  }
  return current;
}

export function textAt(value: unknown, ...path: Path): string | undefined {
  const found = at(value, ...path);
  return typeof found === "string" ? found : undefined;
}

export function numberAt(value: unknown, ...path: Path): number | undefined {
  const found = at(value, ...path);
  return typeof found === "number" ? found : undefined;
}

export function listAt(value: unknown, ...path: Path): readonly unknown[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? found : [];
}

export function textsAt(value: unknown, ...path: Path): readonly string[] {
  return listAt(value, ...path).filter((item) => typeof item === "string");
}

export function entriesAt(value: unknown, ...path: Path): readonly (readonly [string, unknown])[] {
  const found = at(value, ...path);
  return isObject(found) ? Object.keys(found).map((key) => [key, found[key]] as const) : [];
}

export function keysAt(value: unknown, ...path: Path): readonly string[] {
  const found = at(value, ...path);
  return isObject(found) ? Object.keys(found) : [];
}

export function isPresent(value: unknown, ...path: Path): boolean {
  const found = at(value, ...path);
  return found !== undefined && found !== null;
}
