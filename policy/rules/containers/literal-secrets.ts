import { Buffer } from "node:buffer";
import { nsaCisa } from "../../kit/frameworks.ts";
import { at, isObject } from "../../kit/json.ts";
import { stackRule } from "../../kit/stack-rule.ts";
import { isKind, type Subject } from "../../kit/subject.ts";
import { ifKnown } from "../../kit/unknown.ts";
import { isSecretPair, secretIn } from "./secrets.ts";

interface Part {
  readonly property: string;
  /** How many values only the update will know: those come from resources. */
  readonly unknown: number;
  /** Keys whose values are known and look secret. Values are not kept. */
  readonly suspicious: readonly string[];
}

function isSuspicious(property: string, key: string, value: unknown): boolean {
  if (typeof value !== "string") return false;
  const text = property === "data" ? Buffer.from(value, "base64").toString("latin1") : value;
  return isSecretPair(key, text) || secretIn(text) !== undefined;
}

function partOf({ props }: Subject, property: string): Part | undefined {
  const found = ifKnown(() => at(props, property));
  if (!isObject(found)) return undefined;
  const keys = Object.keys(found);
  if (keys.length === 0) return undefined;
  const known = keys.flatMap((key) => {
    const read = ifKnown(() => ({ key, value: found[key] }));
    return read === undefined ? [] : [read];
  });
  const suspicious = known.filter(({ key, value }) => isSuspicious(property, key, value));
  return {
    property,
    unknown: keys.length - known.length,
    suspicious: suspicious.map(({ key }) => key),
  };
}

function partsOf(subject: Subject): Part[] {
  return ["data", "stringData"].flatMap((property) => partOf(subject, property) ?? []);
}

function literalProblem(parts: readonly Part[], madeFrom: Sources): string | undefined {
  const literal = parts.filter(
    ({ property, unknown }) => unknown === 0 && (madeFrom[property] ?? []).length === 0,
  );
  if (literal.length === 0) return undefined;
  return `has ${literal.map(({ property }) => property).join(" and ")} made from no other resource`;
}

type Sources = Readonly<Record<string, readonly string[]>>;

/**
 * Beside unknown values a known one is written in the program, or comes from a resource that is there already, as in a stack
 * of another program: that may be so where there are more sources than unknown values.
 */
function writtenProblem({ property, unknown, suspicious }: Part, madeFrom: Sources) {
  const sources = madeFrom[property] ?? [];
  const hasOthers =
    sources.length > unknown || sources.some((urn) => urn.includes(":StackReference::"));
  if (unknown === 0 || suspicious.length === 0 || hasOthers) return undefined;
  return `has ${suspicious.join(", ")} written in the program, beside what is made`;
}

/**
 * The engine takes the mark of a secret off before rules see a value; what is left is where it comes from, which it tells of
 * a property as a whole. A value of the stack's encrypted config comes from no resource either, and so needs an exemption
 * that says so.
 */
export const literalSecrets = stackRule({
  name: "literal-secrets",
  title: "Secrets are made from other resources, not written in the program",
  why: "A password in a program is known to everybody who has ever read the repository, is the same in every stack, and never changes. One that is written beside values that are made is seen only until those exist.",
  fix: "make the value with random.RandomPassword or take it from a secret store; a value of encrypted stack config needs an exemption with its reason",
  severity: "critical",
  frameworks: [nsaCisa("Secrets")],
  collect: (subject) => {
    if (!isKind(subject, "Secret")) return undefined;
    const parts = partsOf(subject);
    return parts.length === 0 ? undefined : parts;
  },
  evaluate: (found, report) => {
    for (const { subject, fact: parts, madeFrom } of found) {
      report(subject, literalProblem(parts, madeFrom));
      report(subject, ...parts.map((part) => writtenProblem(part, madeFrom)));
    }
  },
});
