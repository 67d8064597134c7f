import { withValue } from "../kit/change.ts";
import type { TestResource } from "../kit/evaluate.ts";

/** A field whose weakening some rule has to report. */
export interface Field {
  /** Type token. */
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

type Weak = Field["weak"];
type Row = Weak | Omit<Field, "of" | "path">;

/** Fields by path, each with its weak values alone or with what else there is to say. */
export function fieldsOf(types: string | readonly string[], rows: Readonly<Record<string, Row>>) {
  return [types].flat().flatMap((of) =>
    Object.entries(rows).map(([path, row]): Field => {
      const isWeak = Array.isArray(row) || typeof row === "function";
      return {
        of,
        path,
        ...(isWeak ? { weak: row as Weak } : (row as Omit<Field, "of" | "path">)),
      };
    }),
  );
}

/** One thing that is worse than in the program. */
export interface Mutation {
  /** `type path`, or `removed type`. */
  readonly field: string;
  /** Name of the resource, and what became of which field. */
  readonly what: string;
  readonly original: TestResource;
  /** Undefined: the resource is gone. */
  readonly mutant: TestResource | undefined;
}

type Path = readonly (string | number)[];
type Tree = Readonly<Record<string | number, unknown>>;

function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null;
}

function keysIn(value: Tree): readonly (string | number)[] {
  return Array.isArray(value) ? [...value.keys()] : Object.keys(value);
}

/** `labels.[a.b/c].*` → `labels`, `a.b/c`, `*`. */
function keysOf(path: string): string[] {
  return [...path.matchAll(/\[([^\]]+)\]|([^.]+)/g)].map(
    ([, bracketed, plain]) => bracketed ?? plain ?? "",
  );
}

/** Every place that a path means; one that is not there yet counts, if what it would be in is. */
function placesOf(value: unknown, [key, ...rest]: readonly string[]): Path[] {
  if (key === undefined) return [[]];
  if (!isTree(value)) return [];
  const index = Array.isArray(value) && key !== "*" ? Number(key) : key;
  const keys = key === "*" ? keysIn(value) : [index];
  return keys.flatMap((one) =>
    rest.length === 0 ? [[one]] : placesOf(value[one], rest).map((place) => [one, ...place]),
  );
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((node, key) => (isTree(node) ? node[key] : undefined), value);
}

function mutationOf(field: string, original: TestResource, path: Path, to: unknown): Mutation {
  const became = to === undefined ? "removed" : `set to ${JSON.stringify(to)}`;
  return {
    field,
    what: `${original.name}: ${path.join(".")} ${became}`,
    original,
    mutant: withValue(original, path, to),
  };
}

function isAmong(value: unknown, weak: readonly unknown[]): boolean {
  return weak.some((one) => JSON.stringify(one) === JSON.stringify(value));
}

/** All ways to weaken one field of one resource; none where it is weak in the program, as development may be. */
export function mutationsOf(resource: TestResource, field: Field): Mutation[] {
  if (resource.type !== field.of || field.only?.test(resource.name) === false) return [];
  return placesOf(resource.props, keysOf(field.path)).flatMap((path) => {
    const value = valueAt(resource.props, path);
    const weak = typeof field.weak === "function" ? field.weak(value) : field.weak;
    const isOptional = field.optional === true;
    if (isAmong(value, weak) || (value === undefined && !isOptional)) return [];
    return [...(isOptional ? [] : [undefined]), ...weak].map((to) =>
      mutationOf(`${field.of} ${field.path}`, resource, path, to),
    );
  });
}

/** The stack without a resource. */
export function removalOf(original: TestResource): Mutation {
  const what = `${original.name}: removed`;
  return { field: `removed ${original.type}`, what, original, mutant: undefined };
}

const opposites = new Map<unknown, unknown>([
  [true, false],
  [false, true],
  ["true", "false"],
  ["false", "true"],
]);

/** Every yes or no of a resource, the other way round; the field is the same for all resources of the type. */
export function flipsOf(resource: TestResource, path: Path = []): Mutation[] {
  const value = valueAt(resource.props, path);
  if (opposites.has(value)) {
    const keys = path.map((key) => (typeof key === "number" ? "*" : key));
    return [mutationOf(`${resource.type} ${keys.join(".")}`, resource, path, opposites.get(value))];
  }
  return isTree(value) ? keysIn(value).flatMap((key) => flipsOf(resource, [...path, key])) : [];
}
