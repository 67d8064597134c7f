import type { TProperties } from "typebox";
import { textAt } from "../../kit/json.ts";
import type { Rule, RuleText, Settings } from "../../kit/rule.ts";
import { stackRule, type Found } from "../../kit/stack-rule.ts";
import type { Subject } from "../../kit/subject.ts";
import { ifKnown } from "../../kit/unknown.ts";
import { checkDemands, isHollow, type Demands } from "./demands.ts";

/** A resource that another one must have at its side. */
export interface Guard<Config extends TProperties = TProperties> {
  /** Types that need one. */
  readonly of: readonly string[];
  /** Types that are one. */
  readonly by: readonly string[];
  /** The property that says which resource is meant. */
  readonly property: string;
  /** Whose property that is. */
  readonly saidBy: "the guard" | "the guarded";
  /** What is wrong without. */
  readonly problem: string;
  /** Whether the settings ask for it; always if absent. */
  readonly when?: (config: Settings<Config>) => boolean;
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

function isGuarded(
  one: Seen,
  guard: Pick<Guard, "by" | "property" | "saidBy">,
  found: readonly Seen[],
): boolean {
  return found.some(
    (other) =>
      guard.by.includes(other.subject.type) &&
      (guard.saidBy === "the guard"
        ? means(other, guard.property, one)
        : means(one, guard.property, other)),
  );
}

function needs(subject: Subject, { of }: Pick<Guard, "of">): boolean {
  return of.includes(subject.type) && !isHollow(subject);
}

interface GuardRule<Config extends TProperties> extends RuleText<Config> {
  readonly demands?: Demands<Config>;
  readonly guards: readonly Guard<Config>[];
}

/** A rule about pairs: what each resource says of itself, and which ones it must have beside it. */
export function guardRule<Config extends TProperties>(rule: GuardRule<Config>): Rule {
  const { demands = {}, guards, ...text } = rule;
  const types = new Set(guards.flatMap(({ of, by }) => [...of, ...by]));
  return stackRule<true, Config>({
    ...text,
    collect: ({ type }) => (types.has(type) ? true : undefined),
    check: checkDemands(demands),
    evaluate: (found, report, config) => {
      for (const guard of guards.filter(({ when }) => when?.(config) ?? true)) {
        for (const one of found.filter(({ subject }) => needs(subject, guard))) {
          if (!isGuarded(one, guard, found)) report(one.subject, guard.problem);
        }
      }
    },
  });
}
