import type { TProperties } from "typebox";
import { at, isObject } from "../../kit/json.ts";
import { resourceRule } from "../../kit/resource-rule.ts";
import type { Report, Rule, RuleText, Settings } from "../../kit/rule.ts";
import type { Subject } from "../../kit/subject.ts";
import { ifKnown, reportingUnknowns } from "../../kit/unknown.ts";

/** One thing that a type of resource must say of itself. */
export interface Demand<Config extends TProperties = TProperties> {
  /** Where: `settings.ipConfiguration.sslMode`; empty for all of the inputs. */
  readonly path: string;
  readonly holds: (value: unknown, config: Settings<Config>) => boolean;
  /** What is wrong where it doesn't hold. */
  readonly problem: string;
  /** The one right value, where there is one: for remediation. */
  readonly right?: string | number | boolean;
  /** It may be made of other resources, and so be known in the update alone; that judges it once more. */
  readonly mayBeUnknown?: true;
}

/** By Pulumi's type token. */
export type Demands<Config extends TProperties = TProperties> = Readonly<
  Record<string, readonly Demand<Config>[]>
>;

/** A demand that leaves no choice. */
export function exactly(path: string, right: string | number | boolean, problem: string) {
  return { path, right, problem, holds: (value: unknown) => value === right };
}

/** A demand for one of several values. */
export function oneOf(path: string, values: readonly string[], problem: string) {
  return {
    path,
    problem,
    holds: (value: unknown) => typeof value === "string" && values.includes(value),
  };
}

/** A demand for any value: an id or an ARN, which may be known in the update alone. */
export function given(path: string, problem: string) {
  return {
    path,
    problem,
    holds: (value: unknown) => value !== undefined && value !== null && value !== "",
    mayBeUnknown: true as const,
  };
}

/** The same demands on several types. */
export function onEach<T>(types: readonly string[], demands: T): Record<string, T> {
  return Object.fromEntries(types.map((type) => [type, demands]));
}

function keysOf(path: string): string[] {
  return path === "" ? [] : path.split(".");
}

/**
 * A component that shows nothing of its inputs is judged by what it is made of: an older one shows nothing at all, and
 * in what a stack is after an update there are its outputs.
 */
export function isHollow({ type, props }: Subject): boolean {
  const keys = Object.keys(props);
  return type === "eks:index:Cluster" && (keys.length === 0 || keys.includes("core"));
}

/** Where Google makes all nodes by itself, nothing can be said of them, and they are as they should be. */
function isGooglesOwn({ type, props }: Subject, path: string): boolean {
  return (
    type === "gcp:container/cluster:Cluster" &&
    /^(nodeConfig|enableShieldedNodes)\b/.test(path) &&
    ifKnown(() => at(props, "enableAutopilot")) === true
  );
}

function demandsOn<Config extends TProperties>(
  subject: Subject,
  demands: Demands<Config>,
): readonly Demand<Config>[] {
  if (isHollow(subject)) return [];
  return (demands[subject.type] ?? []).filter(({ path }) => !isGooglesOwn(subject, path));
}

function holds<Config extends TProperties>(
  demand: Demand<Config>,
  { props }: Subject,
  config: Settings<Config>,
): boolean {
  const judge = () => demand.holds(at(props, ...keysOf(demand.path)), config);
  return demand.mayBeUnknown === true ? (ifKnown(judge) ?? true) : judge();
}

/** Reports each demand that a resource doesn't meet; one that is unknown doesn't hide the others. */
export function checkDemands<Config extends TProperties>(demands: Demands<Config>) {
  return (subject: Subject, report: Report, config: Settings<Config>): void => {
    for (const demand of demandsOn(subject, demands)) {
      reportingUnknowns(report, () => {
        if (!holds(demand, subject, config)) report(demand.problem);
      });
    }
  };
}

function put(target: Record<string, unknown>, keys: readonly string[], value: unknown): void {
  const [key, ...rest] = keys;
  if (key === undefined) return;
  if (rest.length === 0) {
    target[key] = value;
    return;
  }
  const found = target[key];
  const inner = isObject(found) ? found : {};
  put(inner, rest, value);
  target[key] = inner;
}

/** Sets what has one right value and is known not to have it. */
function remedy<Config extends TProperties>(demands: Demands<Config>) {
  return (subject: Subject, config: Settings<Config>): boolean => {
    const wrong = demandsOn(subject, demands).filter(
      (demand) =>
        demand.right !== undefined && ifKnown(() => holds(demand, subject, config)) === false,
    );
    for (const { path, right } of wrong) put(subject.props, keysOf(path), right);
    return wrong.length > 0;
  };
}

/** A rule that asks each resource for itself. */
export function demandRule<Config extends TProperties>(
  rule: RuleText<Config> & { readonly demands: Demands<Config> },
): Rule {
  const { demands, ...text } = rule;
  const remediable = Object.values(demands).some((all) =>
    all.some(({ right }) => right !== undefined),
  );
  return resourceRule<Config>({
    ...text,
    check: checkDemands(demands),
    ...(remediable && { remediate: remedy(demands) }),
  });
}
