import { at, entriesAt, isObject, listAt, textAt, textsAt, type Path } from "./json.ts";
import { ifKnown } from "./unknown.ts";

/**
 * Labels of an object. One whose value is not known before the update is there with undefined, so that it fails only
 * those selectors that ask for its value.
 */
export type Labels = ReadonlyMap<string, string | undefined>;

interface Requirement {
  readonly key: string;
  readonly operator: string;
  readonly values: readonly string[];
}

/** What labels must fulfil, all of it; without requirements any labels do. */
export type Selector = readonly Requirement[];

export function labelsAt(value: unknown, ...path: Path): Labels {
  const found = at(value, ...path);
  if (!isObject(found)) return new Map();
  return new Map(
    Object.keys(found).map((key) => [key, ifKnown(() => textAt(found, key))] as const),
  );
}

/** A selector that is a plain map of labels, like that of a Service: an empty one selects nothing. */
export function plainSelectorAt(value: unknown, ...path: Path): Selector | undefined {
  const wanted = entriesAt(value, ...path);
  if (wanted.length === 0) return undefined;
  return wanted.map(([key, label]) => ({ key, operator: "In", values: [String(label)] }));
}

/** A selector with matchLabels and matchExpressions; undefined where there is none. An empty one selects everything. */
export function labelSelectorAt(value: unknown, ...path: Path): Selector | undefined {
  const selector = at(value, ...path);
  if (!isObject(selector)) return undefined;
  const expressions = listAt(selector, "matchExpressions").map((expression) => ({
    key: textAt(expression, "key") ?? "",
    operator: textAt(expression, "operator") ?? "",
    values: textsAt(expression, "values"),
  }));
  return [...(plainSelectorAt(selector, "matchLabels") ?? []), ...expressions];
}

function fulfils(labels: Labels, { key, operator, values }: Requirement): boolean {
  const present = labels.has(key);
  const label = labels.get(key);
  if (operator === "Exists") return present;
  if (operator === "DoesNotExist") return !present;
  if (operator === "In") return label !== undefined && values.includes(label);
  // An unknown label may turn out to be one of the values.
  if (operator === "NotIn") return !present || (label !== undefined && !values.includes(label));
  return false;
}

/** Whether it selects an object with these labels; a selector that is not there selects nothing. */
export function selects(selector: Selector | undefined, labels: Labels): boolean {
  return selector?.every((requirement) => fulfils(labels, requirement)) ?? false;
}

function written({ key, operator, values }: Requirement): string {
  const [only, ...more] = values;
  if (operator === "In" && only !== undefined && more.length === 0) return `${key}=${only}`;
  if (values.length === 0) return `${key} ${operator}`;
  return `${key} ${operator} (${values.join(", ")})`;
}

export function selectorText(selector: Selector): string {
  return selector.length === 0 ? "everything" : selector.map(written).join(", ");
}
