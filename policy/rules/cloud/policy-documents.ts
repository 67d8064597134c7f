import { at, entriesAt, isObject, keysAt, listAt, textsAt } from "../../kit/json.ts";

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

export function isAllowed(statement: Statement): boolean {
  return at(statement, "Effect") === "Allow";
}

/** A field that may be one text or a list of them. */
export function textsOf(value: unknown, ...path: readonly string[]): readonly string[] {
  const found = at(value, ...path);
  return typeof found === "string" ? [found] : textsAt(found);
}

/** Whether it names everybody; a condition that leaves only some of them is not enough. */
export function isForEverybody(statement: Statement): boolean {
  const principals = [
    ...textsOf(statement, "Principal"),
    ...textsOf(statement, "Principal", "AWS"),
  ];
  return at(statement, "NotPrincipal") !== undefined || principals.includes("*");
}

/** What a condition asks for: that a key has one of the values. */
interface Wanted {
  readonly key: string;
  readonly values: readonly string[];
}

/** Operators that hold only where the key is there, which those that end in IfExists or begin with ForAllValues do not. */
const asking = /^(?:ForAnyValue:)?(?:String(?:Equals|EqualsIgnoreCase|Like)|Arn(?:Equals|Like))$/;

/** What a statement asks for by its conditions. Keys are in small letters, because AWS ignores their case. */
export function wantedBy(statement: Statement): Wanted[] {
  return entriesAt(statement, "Condition")
    .filter(([operator]) => asking.test(operator))
    .flatMap(([operator]) =>
      keysAt(statement, "Condition", operator).map((key) => ({
        key: key.toLowerCase(),
        values: textsOf(at(statement, "Condition", operator), key),
      })),
    )
    .filter(({ values }) => values.length > 0 && values.every((value) => /[^*?]/.test(value)));
}
