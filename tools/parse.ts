import type { Static, TSchema } from "typebox";
import { Value } from "typebox/value";

/** The value, checked against its schema; otherwise an error that says of what, where and why. */
export function parseAs<T extends TSchema>(schema: T, value: unknown, what: string): Static<T> {
  if (Value.Check(schema, value)) return value;
  const [first] = Value.Errors(schema, value);
  const where = first?.instancePath ?? "";
  throw new Error(
    `${what} is not as expected: ${where === "" ? "it" : where} ${first?.message ?? "is wrong"}`,
  );
}
