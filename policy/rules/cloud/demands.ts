import { at } from "../../kit/json.ts";
import { resourceRule } from "../../kit/resource-rule.ts";
import type { Report, Rule, RuleText } from "../../kit/rule.ts";
import type { Subject } from "../../kit/subject.ts";
import { ifKnown, reportingUnknowns } from "../../kit/unknown.ts";

/** One thing that a type of resource must say of itself. */
export interface Demand {
  /** Where: `settings.ipConfiguration.sslMode`; empty for all of the inputs. */
  readonly path: string;
  readonly holds: (value: unknown) => boolean;
  /** What is wrong where it does not hold. */
  readonly problem: string;
  /** It may be made of other resources, and so be known in the update alone; that evaluates it once more. */
  readonly mayBeUnknown?: true;
}

/** By Pulumi's type token. */
export type Demands = Readonly<Record<string, readonly Demand[]>>;

/** A demand that leaves no choice. */
export function exactly(path: string, right: string | number | boolean, problem: string): Demand {
  return { path, problem, holds: (value) => value === right };
}

/** A demand for one of several values. */
export function oneOf(path: string, values: readonly string[], problem: string): Demand {
  return { path, problem, holds: (value) => typeof value === "string" && values.includes(value) };
}

/** A demand for a number that is high enough. */
export function atLeast(path: string, least: number, problem: string): Demand {
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
export function checkDemands(demands: Demands) {
  return (subject: Subject, report: Report): void => {
    for (const demand of isHollow(subject) ? [] : (demands[subject.type] ?? [])) {
      reportingUnknowns(report, () => {
        if (!holds(demand, subject)) report(demand.problem);
      });
    }
  };
}

/** A rule about each resource by itself. */
export function demandRule(rule: RuleText & { readonly demands: Demands }): Rule {
  const { demands, ...text } = rule;
  return resourceRule({ ...text, check: checkDemands(demands) });
}
