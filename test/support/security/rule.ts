import { parseCidr } from "../../../config/cidr.ts";
import type { Registration } from "../mocks.ts";

/** What is judged: everything that a stack registers, and what the stack is for. */
export interface Judged {
  readonly resources: readonly Registration[];
  readonly production: boolean;
}

/** Everything in which a stack breaks it, as `resource: what does not hold`. */
export type SecurityRule = (stack: Judged) => string[];

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

/** The value at a path such as `nodeConfig.taints.0.key`; undefined where there is nothing. */
export function at(value: unknown, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>((node, key) => (isRecord(node) ? node[key] : undefined), value);
}

/** A list, or nothing where there is none: a rule that demands entries fails then. */
export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function ofType(stack: Judged, type: string): Registration[] {
  return stack.resources.filter((resource) => resource.type === type);
}

type Holds = (inputs: Registration["inputs"], stack: Judged) => boolean;

/** What must hold of every resource of a type. */
export function each(type: string, what: string, holds: Holds): SecurityRule {
  return (stack) =>
    ofType(stack, type)
      .filter(({ inputs }) => !holds(inputs, stack))
      .map(({ name }) => `${name}: ${what}`);
}

/** The same, of production stacks alone. */
export function eachInProduction(type: string, what: string, holds: Holds): SecurityRule {
  const rule = each(type, what, holds);
  return (stack) => (stack.production ? rule(stack) : []);
}

/** Every resource of one type has one of another type at its side, which names it by its id or its name. */
export function accompanied(type: string, by: string, path: string): SecurityRule {
  return (stack) => {
    const named = new Set(ofType(stack, by).map(({ inputs }) => at(inputs, path)));
    return ofType(stack, type)
      .filter(
        ({ name, inputs }) => ![`${name}-id`, name, inputs["name"]].some((id) => named.has(id)),
      )
      .map(({ name }) => `${name}: has no ${by.split(":").at(-1) ?? by}`);
  };
}

/** Where a stack has one type, it has another one too. */
export function needs(type: string, other: string): SecurityRule {
  return (stack) =>
    ofType(stack, type).length > 0 && ofType(stack, other).length === 0
      ? [`${type}: has no ${other.split(":").at(-1) ?? other}`]
      : [];
}

/** Ranges that nobody owns alone. */
export function isWide(cidr: unknown): boolean {
  const range = typeof cidr === "string" ? parseCidr(cidr) : undefined;
  return range === undefined || range.prefix < 8;
}

/** Whether something is encrypted in the state, as the engine marks it. */
export function isSecret(value: unknown): boolean {
  return isRecord(value) && "4dabf18193072939515e22adb298388d" in value;
}
