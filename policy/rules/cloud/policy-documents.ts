import { at, isObject, listAt, textsAt } from "../../kit/json.ts";

/** Policies of AWS: JSON in a text. */

export type Statement = Readonly<Record<string, unknown>>;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // Who reads it finds no statement, and says so.
  }
}

/** Its statements; none where it is no policy. A single one may stand without a list. */
export function statementsOf(policy: unknown): readonly Statement[] {
  const document = typeof policy === "string" ? parsed(policy) : policy;
  const single = at(document, "Statement");
  return isObject(single) ? [single] : listAt(document, "Statement").filter(isObject);
}

/** A field that may be one text or a list of them. */
export function textsOf(value: unknown, ...path: readonly string[]): readonly string[] {
  const found = at(value, ...path);
  return typeof found === "string" ? [found] : textsAt(found);
}

export function isAllowed(statement: Statement): boolean {
  return at(statement, "Effect") === "Allow";
}

/** Whether it names everybody, whatever its conditions say. */
export function namesEverybody(statement: Statement): boolean {
  const principals = ["Principal", "NotPrincipal"].flatMap((key) => [
    ...textsOf(statement, key),
    ...textsOf(statement, key, "AWS"),
  ]);
  return at(statement, "NotPrincipal") !== undefined || principals.includes("*");
}
