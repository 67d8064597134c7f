import { unknownCheckingProxy, type ResourceValidationArgs } from "@pulumi/policy";
import type { Rule } from "../../../policy/kit/rule.ts";

/** A resource as a program registers it. */
export interface TestResource {
  readonly type: string;
  /** In Pulumi; unique with the type. */
  readonly name: string;
  readonly props: Readonly<Record<string, unknown>>;
  readonly protect?: boolean;
  /** By property, the resources (`<type>::<name>`) that it was made from. */
  readonly madeFrom?: Readonly<Record<string, readonly string[]>>;
}

/** What the engine gives instead of a value that only the update will know. */
export const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** A rule about stacks remembers what it saw: a stack for each evaluation, as the engine has a process for each. */
let evaluations = 0;

function urnOf(id: string): string {
  return `urn:pulumi:test-${evaluations}::test::${id}`;
}

const proxied = unknownCheckingProxy as (props: object) => Record<string, unknown>;

type Config = Readonly<Record<string, unknown>>;
function argsOf({ type, name, props, protect = false }: TestResource, config: Config) {
  return {
    type,
    name,
    urn: urnOf(`${type}::${name}`),
    props: proxied(props),
    opts: {
      protect,
      ignoreChanges: [],
      aliases: [],
      customTimeouts: {},
      additionalSecretOutputs: [],
    },
    stackTags: new Map(),
    isType: () => false,
    asType: () => undefined,
    getConfig: () => config,
    notApplicable: () => {
      throw new Error("not applicable");
    },
  } as unknown as ResourceValidationArgs;
}

/** What a rule says of one resource, in the words that a preview shows, without the rule's title. */
export function evaluate(rule: Rule, resource: TestResource, config: Config = {}): string[] {
  return evaluateStack(rule, [resource], { config });
}

interface StackOptions {
  readonly config?: Config;
  /** As in the preview of a cluster that is yet to be made: the stack shows Kubernetes objects without properties. */
  readonly unknownProvider?: boolean;
  /** As in `pulumi policy analyze`: the rule sees the stack alone. */
  readonly stackOnly?: boolean;
  /** Registered, and yet not in the stack at the end. */
  readonly gone?: readonly TestResource[];
}

/** What a rule says of a whole program: of each resource, then of the stack. */
export function evaluateStack(
  { policy }: Rule,
  resources: readonly TestResource[],
  { config = {}, unknownProvider = false, stackOnly = false, gone = [] }: StackOptions = {},
): string[] {
  evaluations += 1;
  const said: string[] = [];
  const report = (message: unknown) => said.push(String(message));
  const { validateResource, validateStack } = policy;
  if (typeof validateResource === "function" && !stackOnly) {
    for (const resource of [...resources, ...gone]) {
      void validateResource(argsOf(resource, config), report);
    }
  }
  if (validateStack === undefined) return said;
  const hidden = ({ type }: TestResource) => unknownProvider && type.startsWith("kubernetes:");
  const shown = resources.map((resource) => ({
    ...argsOf({ ...resource, props: hidden(resource) ? {} : resource.props }, config),
    dependencies: [],
    get propertyDependencies() {
      return Object.fromEntries(
        Object.entries(resource.madeFrom ?? {}).map(([key, ids]) => [
          key,
          ids.map((id) => ({ urn: urnOf(id) })),
        ]),
      );
    },
  }));
  const args = { resources: shown, getConfig: () => config, stackTags: new Map() };
  void validateStack(args as unknown as Parameters<typeof validateStack>[0], report);
  return said;
}
