import type { TSchema } from "typebox";
import { Problem } from "@framewright/contracts/client-api.ts";

const problem = {
  description: "A problem (RFC 9457); `code` says which",
  content: { "application/problem+json": { schema: Problem } },
} as const;

/** An answer of another media type than JSON. */
interface Stream {
  readonly description: string;
  readonly content: Readonly<Record<string, { readonly schema: TSchema }>>;
}

/** The answers of a route: its good ones, and problems for the rest. */
export function answers<T extends Record<number, TSchema | Stream>>(good: T) {
  return { ...good, "4xx": problem, "5xx": problem };
}
