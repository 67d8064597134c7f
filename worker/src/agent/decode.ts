import type { Static, TSchema } from "typebox";
import { Value } from "typebox/value";
import { ApiUnreachable } from "./http.ts";

/** Unknown fields are dropped and missing ones get their defaults, so that a worker understands a newer API and an older one. */
export function decode<T extends TSchema>(schema: T, path: string, body: unknown): Static<T> {
  const cleaned = Value.Clean(schema, Value.Default(schema, body));
  try {
    return Value.Parse(schema, cleaned);
  } catch (error) {
    throw new ApiUnreachable(path, "the answer does not fit the contract", error);
  }
}
