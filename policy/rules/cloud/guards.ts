import type { TProperties } from "typebox";
import { textAt } from "../../kit/json.ts";
import type { Rule, RuleText } from "../../kit/rule.ts";
import { stackRule, type Found } from "../../kit/stack-rule.ts";
import type { Subject } from "../../kit/subject.ts";
import { ifKnown } from "../../kit/unknown.ts";
import { checkDemands, isHollow, type Demands } from "./demands.ts";

/** A resource that another one must have at its side. */
export interface Guard {
  /** The type that needs one. */
  readonly of: string;
  /** The type that is one. */
  readonly by: string;
  /** The property that says which resource is meant. */
  readonly property: string;
  /** Whose property that is. */
  readonly saidBy: "the guard" | "the guarded";
  /** What is wrong without. */
  readonly problem: string;
}

type Seen = Found<true>;

/** As a literal, both name what they mean by the same text. */
function sharesName(one: Subject, property: string, other: Subject): boolean {
  const meant = ifKnown(() => textAt(one.props, property));
  const names = ["bucket", "name", "id"].map((key) => ifKnown(() => textAt(other.props, key)));
  return meant !== undefined && names.includes(meant);
}

/** Whether a property of one resource means the other: made from it, or a literal that is its name. */
export function means(one: Seen, property: string, { subject }: Seen): boolean {
  return (
    one.madeFrom[property]?.includes(subject.urn) === true ||
    sharesName(one.subject, property, subject)
  );
}

function isGuarded(one: Seen, { by, property, saidBy }: Guard, found: readonly Seen[]): boolean {
  return found.some(
    (other) =>
      other.subject.type === by &&
      (saidBy === "the guard" ? means(other, property, one) : means(one, property, other)),
  );
}

interface GuardRule extends RuleText {
  readonly demands?: Demands;
  readonly guards: readonly Guard[];
}

/** A rule about pairs: what each resource says of itself, and which ones it must have beside it. */
export function guardRule({ demands = {}, guards, ...text }: GuardRule): Rule {
  const types = new Set(guards.flatMap(({ of, by }) => [of, by]));
  return stackRule<true, TProperties>({
    ...text,
    collect: ({ type }) => (types.has(type) ? true : undefined),
    check: checkDemands(demands),
    evaluate: (found, report) => {
      for (const guard of guards) {
        const guarded = found.filter(({ subject }) => subject.type === guard.of);
        for (const one of guarded.filter(({ subject }) => !isHollow(subject))) {
          if (!isGuarded(one, guard, found)) report(one.subject, guard.problem);
        }
      }
    },
  });
}
