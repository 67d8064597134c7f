import { at, listAt, objectAt, textAt, type Json } from "../../../../tools/plugins/kit/json.ts";

type Labels = Readonly<Record<string, string>>;

const operators: Readonly<
  Record<string, (value: string | undefined, values: readonly Json[]) => boolean>
> = {
  In: (value, values) => value !== undefined && values.includes(value),
  NotIn: (value, values) => value === undefined || !values.includes(value),
  Exists: (value) => value !== undefined,
  DoesNotExist: (value) => value === undefined,
  Gt: (value, [limit]) => Number(value) > Number(limit),
  Lt: (value, [limit]) => Number(value) < Number(limit),
};

/** One line of `matchExpressions`. */
function meets(expression: Json, labels: Labels): boolean {
  const operator = operators[textAt(expression, "operator") ?? ""];
  const value = labels[textAt(expression, "key") ?? ""];
  return operator?.(value, listAt(expression, "values")) ?? false;
}

/** Whether labels satisfy a label selector; one that is absent selects nothing, an empty one everything. */
export function selects(selector: Json | undefined, labels: Labels): boolean {
  if (selector === undefined) return false;
  const wanted = Object.entries(objectAt(selector, "matchLabels") ?? {});
  return (
    wanted.every(([key, value]) => labels[key] === value) &&
    listAt(selector, "matchExpressions").every((line) => meets(line, labels))
  );
}

/** Whether labels satisfy one of a node selector's terms. */
export function meetsTerms(selector: Json | undefined, labels: Labels): boolean {
  if (selector === undefined) return true;
  return listAt(selector, "nodeSelectorTerms").some((term) => {
    const lines = listAt(term, "matchExpressions");
    // Fields are names of nodes, which nobody selects by but DaemonSets.
    return lines.length > 0 && at(term, "matchFields") === undefined
      ? lines.every((line) => meets(line, labels))
      : false;
  });
}
