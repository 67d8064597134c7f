import type { Finding } from "./engine-events.ts";
import type { Registration } from "./registrations.ts";
import type { Outcome } from "./sealed-project.ts";
import type { Profile, StackSource } from "./stacks.ts";

/** Something that a rule refuses, taken apart for reports. */
export interface Violation extends Omit<Finding, "message"> {
  /** As the rule calls it: `Deployment framewright-api/api`. */
  readonly resource: string;
  readonly problem: string;
  readonly fix: string;
  /** What holds where the rule is kept. */
  readonly title: string;
  /** Lines of the program that made the resource, the innermost first. */
  readonly places: readonly string[];
}

/** What the pack made of one stack. */
export interface StackReport {
  readonly stack: string;
  readonly file: string;
  readonly profile: Profile;
  readonly resources: number;
  readonly seconds: number;
  readonly violations: readonly Violation[];
  /** Why it could not be evaluated to the end; what was found until then is not all. */
  readonly failure?: string;
}

/** What `pulumi preview` itself adds when a mandatory rule has refused something. */
const refusal = "preview failed";

function nameIn(urn: string): string {
  const [, , types = "", name = ""] = urn.split("::");
  return urn === "" ? "the stack" : `${types.split("$").at(-1) ?? ""} ${name}`;
}

/** Rules say `<resource>: <problem>. Fix: <fix>.` below their title; anything else stays as it is. */
export function violationOf(
  { message, ...finding }: Finding,
  places: readonly string[] = [],
): Violation {
  const [title = "", ...lines] = message.split("\n");
  const sentence = lines.length > 0 ? lines.join(" ").trim() : message;
  const parts = /^(?<resource>.+?): (?<problem>.+)\. Fix: (?<fix>.+?)\.?$/s.exec(sentence)?.groups;
  const { resource = nameIn(finding.urn), problem = sentence, fix = "" } = parts ?? {};
  return { ...finding, resource, problem, fix, title: lines.length > 0 ? title : "", places };
}

function failureOf({ code, evaluated, findings, errors, stderr }: Outcome): string | undefined {
  const others = errors.filter((error) => error !== refusal);
  const isRefused = findings.some(({ level }) => level === "mandatory");
  if (evaluated && others.length === 0 && (code === 0 || isRefused)) return undefined;
  const said = others.length > 0 ? others.join("\n") : stderr.trim();
  const ending = `pulumi preview ended with ${String(code)}`;
  const text = said === "" ? ending : `${ending}: ${said}`;
  return evaluated ? text : `The pack did not come to its end. ${text}`;
}

export function reportOf(
  source: StackSource,
  outcome: Outcome,
  registrations: readonly Registration[] = [],
): StackReport {
  const failure = failureOf(outcome);
  const { name, file, profile } = source;
  const placesOf = new Map(registrations.map(({ urn, places }) => [urn, places]));
  return {
    stack: name,
    file,
    profile,
    resources: Object.values(outcome.changes).reduce((sum, count) => sum + count, 0),
    seconds: outcome.seconds,
    violations: outcome.findings.map((one) => violationOf(one, placesOf.get(one.urn))),
    ...(failure === undefined ? {} : { failure }),
  };
}

/** A report that lets a pull request in: everything was evaluated, and no mandatory rule refuses. */
export function isPassed(reports: readonly StackReport[]): boolean {
  return reports.every(
    ({ failure, violations }) =>
      failure === undefined && violations.every(({ level }) => level === "advisory"),
  );
}

/** The same violation in some stacks. */
export interface Grouped extends Omit<Violation, "urn"> {
  readonly stacks: readonly string[];
  /** Of the resource, in each of the stacks. */
  readonly urns: readonly string[];
}

const severities = ["critical", "high", "medium", "low"];

function weight({ level, severity }: Grouped): number {
  return (level === "mandatory" ? 0 : severities.length) + severities.indexOf(severity);
}

/** Each violation once, with the stacks that have it; worst first. */
export function grouped(reports: readonly StackReport[]): Grouped[] {
  const groups = new Map<string, Grouped>();
  for (const { stack, violations } of reports) {
    for (const { urn, ...violation } of violations) {
      const { rule, level, resource, problem, fix } = violation;
      const key = JSON.stringify([rule, level, resource, problem, fix]);
      const { stacks = [], urns = [] } = groups.get(key) ?? {};
      const all = [...new Set([...stacks, stack])];
      groups.set(key, { ...violation, stacks: all, urns: [...new Set([...urns, urn])] });
    }
  }
  return [...groups.values()].toSorted((a, b) => weight(a) - weight(b));
}

/** What one rule refuses, at one level. */
export interface RuleGroup extends Pick<
  Violation,
  "rule" | "level" | "severity" | "title" | "fix"
> {
  readonly violations: readonly Grouped[];
}

/** The violations by rule, so that what to do is said once; worst first. */
export function byRule(reports: readonly StackReport[]): RuleGroup[] {
  const groups = Map.groupBy(grouped(reports), ({ rule, level, fix }) =>
    JSON.stringify([rule, level, fix]),
  );
  return [...groups.values()].flatMap((violations) => {
    const [first] = violations;
    if (first === undefined) return [];
    const { rule, level, severity, title, fix } = first;
    return { rule, level, severity, title, fix, violations };
  });
}
