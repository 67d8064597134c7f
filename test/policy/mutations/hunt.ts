import type { Rule } from "../../../policy/kit/rule.ts";
import { rules } from "../../../policy/rules.ts";
import { awsFields, awsGuards } from "../../support/security/fields-aws.ts";
import { gcpFields, gcpGuards } from "../../support/security/fields-gcp.ts";
import { kubernetesFields } from "../../support/security/fields-kubernetes.ts";
import { mutationsOf, removalOf, type SecurityField } from "../../support/security/mutate.ts";
import { withOwnDependencies } from "../kit/dependencies.ts";
import { profile, type GoldenStack } from "../kit/goldens.ts";
import { evaluate, evaluateStack, type TestResource } from "../kit/evaluate.ts";
import { packFields, packGuards } from "./fields.ts";

const fields: readonly SecurityField[] = [
  ...awsFields,
  ...gcpFields,
  ...kubernetesFields,
  ...packFields,
];
const guards = [...awsGuards, ...gcpGuards, ...packGuards];

/** A stack in which one thing is worse. */
export interface Worse {
  readonly stack: string;
  /** `type path`, or `removed type`. */
  readonly field: string;
  /** Name of the resource, and what became of which field. */
  readonly what: string;
  readonly original: TestResource;
  /** Undefined: the resource is gone. */
  readonly mutant: TestResource | undefined;
}

/** Without options and provider, which fields are not about. */
function registrationOf({ type, name, props }: TestResource) {
  return { type, name, inputs: props, provider: "" };
}

function weakened(stack: GoldenStack, original: TestResource): Worse[] {
  const isProduction = stack.profile === "strict";
  return fields
    .filter(({ inProduction }) => isProduction || inProduction !== true)
    .flatMap((field) =>
      mutationsOf(registrationOf(original), field).map(({ what, mutant }) => ({
        stack: stack.name,
        field: `${field.of} ${field.path}`,
        what,
        original,
        mutant: { ...original, props: mutant?.inputs ?? {} },
      })),
    );
}

function isGuard({ type, name }: TestResource): boolean {
  return guards.includes(type) || name.endsWith("-deny-all");
}

/** Everything that can become worse in a stack, one thing at a time. */
export function mutationsIn(stack: GoldenStack): Worse[] {
  return stack.resources.flatMap((original) => {
    const { what } = removalOf(registrationOf(original));
    const removal = { field: `removed ${original.type}`, what, original, mutant: undefined };
    return [
      ...weakened(stack, original),
      ...(isGuard(original) ? [{ stack: stack.name, ...removal }] : []),
    ];
  });
}

function isAboutStacks({ policy }: Rule): boolean {
  return policy.validateStack !== undefined;
}

/** Judges mutations of a stack. What one rule caught, it is asked first when the same field is weakened elsewhere. */
export class Hunt {
  readonly #stack: GoldenStack;
  readonly #config: ReturnType<typeof profile>;
  readonly #rules: readonly Rule[];
  /** What rules about stacks say of the stack as it is, where a golden file tells too little. */
  readonly #before = new Map<Rule, ReadonlySet<string>>();
  readonly #lastToCatch = new Map<string, Rule>();

  constructor(stack: GoldenStack) {
    this.#stack = stack;
    this.#config = profile(stack.profile);
    const active = rules.filter(
      ({ name }) => this.#config[name]?.["enforcementLevel"] !== "disabled",
    );
    this.#rules = active.toSorted((a, b) => Number(isAboutStacks(a)) - Number(isAboutStacks(b)));
    for (const rule of active.filter(isAboutStacks)) {
      const config = this.#config[rule.name] ?? {};
      this.#before.set(rule, new Set(evaluateStack(rule, stack.resources, { config })));
    }
  }

  /** The rule that sees what is worse. */
  catcherOf(worse: Worse): Rule | undefined {
    const { resources } = this.#stack;
    const mutant = worse.mutant && withOwnDependencies(worse.mutant, resources);
    const first = this.#lastToCatch.get(worse.field);
    const rest = this.#rules.filter((rule) => rule !== first);
    const order = first === undefined ? rest : [first, ...rest];
    const found = order.find((rule) => this.#isSeen(rule, worse.original, mutant));
    if (found !== undefined) this.#lastToCatch.set(worse.field, found);
    return found;
  }

  #isSeen(rule: Rule, original: TestResource, mutant: TestResource | undefined): boolean {
    const config = this.#config[rule.name] ?? {};
    if (!isAboutStacks(rule))
      return mutant !== undefined && evaluate(rule, mutant, config).length > 0;
    const now = this.#stack.resources.flatMap((resource) => {
      if (resource !== original) return [resource];
      return mutant === undefined ? [] : [mutant];
    });
    const before = this.#before.get(rule);
    return evaluateStack(rule, now, { config }).some((said) => before?.has(said) !== true);
  }
}
