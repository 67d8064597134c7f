import type { Registration } from "../mocks.ts";

/** A field that matters for security, and what it must never be. */
export interface SecurityField {
  readonly of: string;
  /** `*` is every entry of a list or of an object; keys with dots in them stand in brackets: `labels.[a.b/c]`. */
  readonly path: string;
  /** Values that would weaken it, beside its absence. */
  readonly weak: readonly unknown[] | ((value: unknown) => readonly unknown[]);
  /** Matters in production alone; elsewhere a stack may be without. */
  readonly inProduction?: boolean;
  /** That it is not there is as good. */
  readonly optional?: boolean;
  /** Names of the resources in which it matters; unset means all of the type. */
  readonly only?: RegExp;
}

/** One thing that is worse than in the program. */
export interface Mutation {
  readonly type: string;
  /** Name of the resource, and what became of which field. */
  readonly what: string;
  /** Undefined: the resource is gone. */
  readonly mutant: Registration | undefined;
  readonly original: Registration;
}

type Tree = Readonly<Record<string, unknown>>;

function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null;
}

/** `labels.[a.b/c].*` → `labels`, `a.b/c`, `*`. */
function keysOf(path: string): string[] {
  return [...path.matchAll(/\[([^\]]+)\]|([^.]+)/g)].map(
    ([, bracketed, plain]) => bracketed ?? plain ?? "",
  );
}

/** Every place that a path means; one that is not there yet counts, if what it would be in is. */
function placesOf(value: unknown, [key, ...rest]: readonly string[]): string[][] {
  if (key === undefined) return [[]];
  if (!isTree(value)) return [];
  const keys = key === "*" ? Object.keys(value) : [key];
  return keys.flatMap((one) =>
    rest.length === 0 ? [[one]] : placesOf(value[one], rest).map((place) => [one, ...place]),
  );
}

function valueAt(value: unknown, keys: readonly string[]): unknown {
  return keys.reduce<unknown>((node, key) => (isTree(node) ? node[key] : undefined), value);
}

const removed = Symbol("removed");

/** A copy in which one place is another value, or is gone. */
function changed(value: unknown, [key = "", ...rest]: readonly string[], to: unknown): unknown {
  if (!isTree(value)) return value;
  const next = rest.length === 0 ? to : changed(value[key], rest, to);
  if (Array.isArray(value)) {
    const list: readonly unknown[] = value;
    return list.flatMap((entry, index) =>
      String(index) !== key ? [entry] : next === removed ? [] : [next],
    );
  }
  const others = Object.entries(value).filter(([name]) => name !== key);
  return Object.fromEntries(next === removed ? others : [...others, [key, next]]);
}

function mutationOf(original: Registration, keys: readonly string[], to: unknown): Mutation {
  const inputs = changed(original.inputs, keys, to) as Registration["inputs"];
  const became = to === removed ? "removed" : `set to ${JSON.stringify(to)}`;
  return {
    type: original.type,
    what: `${original.name}: ${keys.join(".")} ${became}`,
    mutant: { ...original, inputs },
    original,
  };
}

function weakOnes({ weak }: SecurityField, value: unknown): readonly unknown[] {
  return typeof weak === "function" ? weak(value) : weak;
}

function isAmong(value: unknown, weak: readonly unknown[]): boolean {
  return weak.some((one) => JSON.stringify(one) === JSON.stringify(value));
}

/** All ways to weaken one field of one resource; none where it is weak in the program, as development may be. */
export function mutationsOf(resource: Registration, field: SecurityField): Mutation[] {
  if (resource.type !== field.of || field.only?.test(resource.name) === false) return [];
  return placesOf(resource.inputs, keysOf(field.path)).flatMap((keys) => {
    const value = valueAt(resource.inputs, keys);
    const weak = weakOnes(field, value);
    if (isAmong(value, weak) || (value === undefined && field.optional !== true)) return [];
    const gone = field.optional === true ? [] : [mutationOf(resource, keys, removed)];
    return [...gone, ...weak.map((to) => mutationOf(resource, keys, to))];
  });
}

/** The stack without a resource. */
export function removalOf(original: Registration): Mutation {
  return { type: original.type, what: `${original.name}: removed`, mutant: undefined, original };
}

export interface Flip {
  /** `type path`, the same for all resources of the type. */
  readonly field: string;
  readonly mutation: Mutation;
}

function flipsIn(resource: Registration, value: unknown, keys: readonly string[]): Flip[] {
  if (value === true || value === false || value === "true" || value === "false") {
    const to = typeof value === "boolean" ? !value : value === "true" ? "false" : "true";
    const path = keys.map((key) => (/^[0-9]+$/.test(key) ? "*" : key)).join(".");
    return [{ field: `${resource.type} ${path}`, mutation: mutationOf(resource, keys, to) }];
  }
  return isTree(value)
    ? Object.entries(value).flatMap(([key, inner]) => flipsIn(resource, inner, [...keys, key]))
    : [];
}

/** Every yes or no of a resource, the other way round. */
export function flipsOf(resource: Registration): Flip[] {
  return flipsIn(resource, resource.inputs, []);
}

/** The resources of a stack as if the mutation were in the program. */
export function mutated(
  resources: readonly Registration[],
  { original, mutant }: Mutation,
): Registration[] {
  return resources.flatMap((resource) =>
    resource !== original ? [resource] : mutant === undefined ? [] : [mutant],
  );
}
