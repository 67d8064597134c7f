import type { Rule } from "../../../policy/kit/rule.ts";
import { rules } from "../../../policy/rules.ts";
import { withOwnDependencies } from "../kit/dependencies.ts";
import { evaluate, evaluateStack, type TestResource } from "../kit/evaluate.ts";
import { profile, type GoldenStack } from "../kit/goldens.ts";
import type { Mutation } from "./mutate.ts";

function isAboutStacks({ policy }: Rule): boolean {
  return policy.validateStack !== undefined;
}

function watched<T extends object>(target: T, onRead: () => void): T {
  return new Proxy(target, {
    get: (of, key): unknown => {
      onRead();
      return Reflect.get(of, key);
    },
    ownKeys: (of) => {
      onRead();
      return Reflect.ownKeys(of);
    },
  });
}

/**
 * What a rule about stacks reports of one, and the types into whose resources it looks for that: a change of a resource
 * of another type changes nothing for it.
 */
function evaluateWatched(rule: Rule, resources: readonly TestResource[], config: Config) {
  const types = new Set<string>();
  const all = resources.map((resource) => {
    const onRead = () => types.add(resource.type);
    const { props, madeFrom = {} } = resource;
    return { ...resource, props: watched(props, onRead), madeFrom: watched(madeFrom, onRead) };
  });
  return { messages: new Set(evaluateStack(rule, all, { config })), types };
}

type Config = Readonly<Record<string, unknown>>;

/** Evaluates mutations of a stack. The rule that reported a field is the first for the same field elsewhere. */
export class Evaluator {
  readonly #stack: GoldenStack;
  readonly #config: ReturnType<typeof profile>;
  readonly #rules: readonly Rule[];
  /** What rules about stacks report of the stack as it is, where a golden file says too little. */
  readonly #before = new Map<Rule, ReturnType<typeof evaluateWatched>>();
  readonly #lastToReport = new Map<string, Rule>();

  constructor(stack: GoldenStack) {
    this.#stack = stack;
    this.#config = profile(stack.profile);
    const active = rules.filter(
      ({ name }) => this.#config[name]?.["enforcementLevel"] !== "disabled",
    );
    this.#rules = active.toSorted((a, b) => Number(isAboutStacks(a)) - Number(isAboutStacks(b)));
    for (const rule of active.filter(isAboutStacks)) {
      const config = this.#config[rule.name] ?? {};
      this.#before.set(rule, evaluateWatched(rule, stack.resources, config));
    }
  }

  /** The first rule that reports what is worse. */
  reporterOf({ field, original, mutant }: Mutation): Rule | undefined {
    const changed = mutant && withOwnDependencies(mutant, this.#stack.resources);
    const first = this.#lastToReport.get(field);
    const rest = this.#rules.filter((rule) => rule !== first);
    const order = first === undefined ? rest : [first, ...rest];
    const found = order.find((rule) => this.#isReported(rule, original, changed));
    if (found !== undefined) this.#lastToReport.set(field, found);
    return found;
  }

  #isReported(rule: Rule, original: TestResource, mutant: TestResource | undefined): boolean {
    const config = this.#config[rule.name] ?? {};
    if (!isAboutStacks(rule)) {
      return mutant !== undefined && evaluate(rule, mutant, config).length > 0;
    }
    const before = this.#before.get(rule);
    if (mutant !== undefined && before?.types.has(mutant.type) === false) return false;
    const now = this.#stack.resources.flatMap((resource) => {
      if (resource !== original) return [resource];
      return mutant === undefined ? [] : [mutant];
    });
    const messages = evaluateStack(rule, now, { config });
    return messages.some((message) => before?.messages.has(message) !== true);
  }
}
