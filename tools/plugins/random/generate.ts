import { randomInt } from "node:crypto";

/** Which characters a generated string may hold and how many of each class it must. */
export interface StringSpec {
  length: number;
  lower: boolean;
  upper: boolean;
  numeric: boolean;
  special: boolean;
  minLower: number;
  minUpper: number;
  minNumeric: number;
  minSpecial: number;
  /** Replaces the default special characters; empty for the default. */
  overrideSpecial: string;
}

const lowers = "abcdefghijklmnopqrstuvwxyz";
const uppers = lowers.toUpperCase();
const digits = "0123456789";
const specials = "!@#$%&*()-_=+[]{}<>:?";

function classes(spec: StringSpec): { allowed: boolean; minimum: number; characters: string }[] {
  const special = spec.overrideSpecial === "" ? specials : spec.overrideSpecial;
  return [
    { allowed: spec.lower, minimum: spec.minLower, characters: lowers },
    { allowed: spec.upper, minimum: spec.minUpper, characters: uppers },
    { allowed: spec.numeric, minimum: spec.minNumeric, characters: digits },
    { allowed: spec.special, minimum: spec.minSpecial, characters: special },
  ];
}

/** What is wrong with a specification, in the user's words; empty when it can be met. */
export function stringProblems(spec: StringSpec): string[] {
  const required = classes(spec).reduce((sum, { minimum }) => sum + minimum, 0);
  const problems: string[] = [];
  if (!Number.isInteger(spec.length) || spec.length < 1) {
    problems.push(`length must be a whole number of at least 1, got ${spec.length}`);
  } else if (spec.length < required) {
    problems.push(
      `length (${spec.length}) must be at least the sum of all min values (${required})`,
    );
  }
  if (!classes(spec).some(({ allowed, minimum }) => allowed || minimum > 0)) {
    problems.push("at least one of lower, upper, numeric and special must be true");
  }
  return problems;
}

function pick(characters: string, count: number): string[] {
  return Array.from({ length: count }, () => characters.charAt(randomInt(characters.length)));
}

export function shuffled<Item>(items: readonly Item[]): Item[] {
  const rest = [...items];
  return items.flatMap(() => rest.splice(randomInt(rest.length), 1));
}

/** A string from the system's random source that meets a specification. */
export function randomString(spec: StringSpec): string {
  const all = classes(spec);
  const required = all.flatMap(({ minimum, characters }) => pick(characters, minimum));
  const alphabet = all.flatMap(({ allowed, characters }) => (allowed ? [characters] : [])).join("");
  const free = alphabet === "" ? [] : pick(alphabet, spec.length - required.length);
  return shuffled([...required, ...free]).join("");
}
