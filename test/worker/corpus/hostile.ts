import type { FailureCode } from "../../../worker/src/failure.ts";

export const kinds = [
  "disguise",
  "reference",
  "size",
  "count",
  "work",
  "switch",
  "truncation",
  "flip",
] as const;
export type Kind = (typeof kinds)[number];

/** What a hostile file may point to; nothing may ever read it. */
export interface Canary {
  /** An address of a listener on loopback. */
  readonly url: string;
  readonly port: number;
  /** A file outside of the scratch folder. */
  readonly path: string;
}

/** Makes the bytes of a file; the same ones every time, but for the canary's names. */
export type MakeBytes = (canary: Canary) => Buffer | Promise<Buffer>;

/** A file that somebody made to harm, or that an accident made. */
export interface Hostile {
  /** Unique; says what is particular about the file. */
  readonly name: string;
  readonly kind: Kind;
  readonly make: MakeBytes;
  /** Takes long enough to be left out of samples. */
  readonly slow?: boolean;
  /** An end that is neither a result nor the fault of the input, and why that is right for this file. */
  readonly allowed?: { readonly code: FailureCode; readonly reason: string };
}

/** Rows of one kind, from a table of names and makers. */
export function hostiles(kind: Kind, rows: Readonly<Record<string, MakeBytes>>): Hostile[] {
  return Object.entries(rows).map(([name, make]) => ({ name, kind, make }));
}
