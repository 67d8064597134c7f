import type { TestResource } from "./evaluate.ts";

type Path = readonly (string | number)[];

function changed(value: unknown, path: Path, change: (found: unknown) => unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return change(value);
  const copy: Record<string | number, unknown> | unknown[] = Array.isArray(value)
    ? [...(value as unknown[])]
    : { ...(value as object) };
  const fields = copy as Record<string | number, unknown>;
  const now = changed(fields[key], rest, change);
  if (now !== undefined) fields[key] = now;
  else if (Array.isArray(copy) && typeof key === "number") copy.splice(key, 1);
  else Reflect.deleteProperty(fields, key);
  return copy;
}

/** The resource with one property set, like `["spec", "template", "spec", "hostNetwork"]`; undefined removes it. */
export function withValue(resource: TestResource, path: Path, value: unknown): TestResource {
  return {
    ...resource,
    props: changed(resource.props, path, () => value) as TestResource["props"],
  };
}

export function without(resource: TestResource, path: Path): TestResource {
  return withValue(resource, path, undefined);
}

/**
 * The resource with fields set by dotted paths, where a number is an index: `withFields(job, { "spec.backoffLimit": 3 })`.
 * Undefined removes a field; keys that have dots themselves need `withValue`.
 */
export function withFields(
  resource: TestResource,
  fields: Readonly<Record<string, unknown>>,
): TestResource {
  return Object.entries(fields).reduce((now, [path, value]) => {
    const keys = path.split(".").map((key) => (/^\d+$/.test(key) ? Number(key) : key));
    return withValue(now, keys, value);
  }, resource);
}
