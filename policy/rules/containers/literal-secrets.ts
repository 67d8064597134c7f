import { nsaCisa } from "../../kit/frameworks.ts";
import { at, isObject } from "../../kit/json.ts";
import { stackRule } from "../../kit/stack-rule.ts";
import { isKind, type Subject } from "../../kit/subject.ts";
import { ifKnown } from "../../kit/unknown.ts";

/** The parts of a Secret that have keys; nothing of the values is read, but whether the preview knows them. */
function filledParts(subject: Subject): string[] {
  if (isKind(subject, "SecretList")) return ["items"];
  const { props } = subject;
  return ["data", "stringData"].filter((part) => {
    const found = ifKnown(() => at(props, part));
    if (!isObject(found)) return false;
    const keys = Object.keys(found);
    // A value that is unknown comes from a resource.
    return (
      keys.length > 0 && keys.every((key) => ifKnown(() => ({ value: found[key] })) !== undefined)
    );
  });
}

/**
 * The engine takes the mark of a secret off before rules see a value; what is left is where it comes from. A value of the
 * stack's encrypted config comes from no resource either, and so needs an exemption that says so.
 */
export const literalSecrets = stackRule({
  name: "literal-secrets",
  title: "Secrets are made from other resources, not written in the program",
  why: "A password in a program is known to everybody who has ever read the repository, is the same in every stack, and never changes.",
  fix: "make the value with random.RandomPassword or take it from a secret store; a value of encrypted stack config needs an exemption with its reason",
  severity: "critical",
  frameworks: [nsaCisa("Secrets")],
  collect: (subject) => {
    if (!isKind(subject, "Secret", "SecretList")) return undefined;
    const parts = filledParts(subject);
    return parts.length === 0 ? undefined : parts;
  },
  judge: (found, report) => {
    for (const { subject, fact: parts, madeFrom } of found) {
      const literal = parts.filter((part) => (madeFrom[part] ?? []).length === 0);
      if (literal.length > 0)
        report(subject, `has ${literal.join(" and ")} made from no other resource`);
    }
  },
});
