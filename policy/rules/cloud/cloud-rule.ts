import type { TProperties } from "typebox";
import { at, textAt } from "../../kit/json.ts";
import { resourceRule } from "../../kit/resource-rule.ts";
import type { Report, Rule, RuleText } from "../../kit/rule.ts";
import { type Found, stackRule } from "../../kit/stack-rule.ts";
import type { Subject } from "../../kit/subject.ts";
import { ifKnown, reportingUnknowns } from "../../kit/unknown.ts";

export interface Demand {
  /** Where: `settings.ipConfiguration.sslMode`; empty for all of the inputs. */
  readonly path: string;
  readonly holds: (value: unknown) => boolean;
  readonly problem: string;
  /** It may be made of other resources, and so be known in the update alone; that evaluates it once more. */
  readonly mayBeUnknown?: true;
}

/** By Pulumi's type token. */
export type Demands = Readonly<Record<string, readonly Demand[]>>;

type Right = string | number | boolean;

/** Demands for fields, by their paths: each has the value, or one of the values. */
export function must(fields: Readonly<Record<string, Right | readonly Right[]>>): Demand[] {
  return Object.entries(fields).map(([path, right]) => {
    const rights: readonly unknown[] = [right].flat();
    const problem = `${path} must be ${rights.join(" or ")}`;
    return { path, problem, holds: (value) => rights.includes(value) };
  });
}

export function atLeast(path: string, least: number): Demand {
  const problem = `${path} must be ${least} or more`;
  return { path, problem, holds: (value) => typeof value === "number" && value >= least };
}

/** A demand for any value: an id or an ARN, which may be known in the update alone. */
export function given(path: string, problem: string): Demand {
  const holds = (value: unknown) => value !== undefined && value !== null && value !== "";
  return { path, problem, holds, mayBeUnknown: true };
}

/**
 * A component that shows nothing of its inputs is evaluated by what it is made of: an older one shows nothing at all, and
 * in what a stack is after an update there are its outputs.
 */
export function isHollow({ type, props }: Subject): boolean {
  const keys = Object.keys(props);
  return type === "eks:index:Cluster" && (keys.length === 0 || keys.includes("core"));
}

function holds({ path, holds: check, mayBeUnknown }: Demand, { props }: Subject): boolean {
  const keys = path === "" ? [] : path.split(".");
  const evaluate = () => check(at(props, ...keys));
  return mayBeUnknown === true ? (ifKnown(evaluate) ?? true) : evaluate();
}

/** Reports each demand that a resource does not meet; one that is unknown does not hide the others. */
function checkDemands(demands: Demands) {
  return (subject: Subject, report: Report): void => {
    for (const demand of isHollow(subject) ? [] : (demands[subject.type] ?? [])) {
      reportingUnknowns(report, () => {
        report(holds(demand, subject) ? undefined : demand.problem);
      });
    }
  };
}

export function demandRule(rule: RuleText & { readonly demands: Demands }): Rule {
  const { demands, ...text } = rule;
  return resourceRule({ ...text, check: checkDemands(demands) });
}

/** A resource that another one must have at its side. */
interface Guard {
  readonly of: string;
  readonly by: string;
  readonly property: string;
  readonly saidBy: "the guard" | "the guarded";
  readonly problem: string;
  /** Which of the type `by` are guards; unset means all. */
  readonly counts?: (props: unknown) => boolean;
}

/** Each `of` has a `by` beside it that names it in a property. */
export function guarded(
  of: string,
  by: string,
  property: string,
  more: Partial<Pick<Guard, "problem" | "counts">> = {},
): Guard {
  const problem = `has no ${by.split(":").at(-1) ?? by}`;
  return { of, by, property, saidBy: "the guard", problem, ...more };
}

/** Each `of` names a `by` of the program in a property. */
export function naming(of: string, by: string, property: string, problem: string): Guard {
  return { of, by, property, saidBy: "the guarded", problem };
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

function isGuarded(one: Seen, guard: Guard, found: readonly Seen[]): boolean {
  const { by, property, saidBy, counts = () => true } = guard;
  return found.some(
    (other) =>
      other.subject.type === by &&
      counts(other.subject.props) &&
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
