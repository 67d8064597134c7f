import { Type, type Static, type TSchema } from "typebox";
import { Value } from "typebox/value";
import { InputBucket } from "@framewright/contracts/input-bucket.ts";
import { Prices } from "@framewright/contracts/prices.ts";
import { Profile, profileProblems, type DocumentProblem } from "@framewright/contracts/profile.ts";
import { documentProblems, type DocumentKind } from "@framewright/runtime/documents.ts";

interface Decoded<T> {
  readonly value: T | undefined;
  /** In words, for whoever deploys. */
  readonly problems: readonly string[];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The schema says what it should be.
    return text;
  }
}

/** What a variable has of the stack's config, as JSON; nothing where it is not set. */
function decode<Schema extends TSchema>(
  name: string,
  text: string | undefined,
  { schema, further }: Pick<DocumentKind<Schema>, "schema" | "further">,
): Decoded<Static<Schema>> {
  if (text === undefined) return { value: undefined, problems: [] };
  const value = parsed(text);
  const problems = documentProblems(value, { schema, further });
  return {
    value: Value.Check(schema, value) ? value : undefined,
    problems: problems.map((line) => `${name}: ${line}`),
  };
}

export function decodeProfiles(text: string | undefined): Decoded<readonly Profile[]> {
  return decode("PROFILES", text, {
    schema: Type.Array(Profile),
    further: (all) => all.flatMap((one, index) => profileProblems(one, `/${index}`)),
  });
}

function repeatedNames(buckets: readonly InputBucket[]): DocumentProblem[] {
  return buckets.flatMap(({ name }, index) =>
    buckets.findIndex((other) => other.name === name) === index
      ? []
      : [{ path: `/${index}/name`, message: `is "${name}", as that of another bucket` }],
  );
}

export function decodeInputBuckets(text: string | undefined): Decoded<readonly InputBucket[]> {
  return decode("INPUT_BUCKETS", text, {
    schema: Type.Array(InputBucket),
    further: repeatedNames,
  });
}

const DatabaseLogin = Type.Object(
  {
    /** Any name that needs no quotes. */
    name: Type.String({ pattern: "^[a-z_][a-z0-9_]{0,62}$" }),
    password: Type.String({ pattern: "^[A-Za-z0-9]{16,128}$" }),
  },
  { additionalProperties: false },
);
export type DatabaseLogin = Static<typeof DatabaseLogin>;

/** Roles that programs log in as. */
export function decodeLogins(text: string | undefined): Decoded<readonly DatabaseLogin[]> {
  return decode("DATABASE_LOGINS", text, {
    schema: Type.Array(DatabaseLogin),
    further: () => [],
  });
}

export function decodePrices(text: string | undefined): Decoded<Prices> {
  return decode("PRICES", text, { schema: Prices, further: () => [] });
}
