import type {
  EnforcementLevel,
  PolicyConfigSchema,
  ResourceValidationArgs,
  ResourceValidationPolicy,
  Severity,
  StackValidationPolicy,
} from "@pulumi/policy";
import { Type, type Static, type TObject, type TProperties } from "typebox";
import { Exemptions, type Exemption } from "./exemptions.ts";
import type { Framework } from "./frameworks.ts";
import { titleOf, type Subject } from "./subject.ts";

/** What people read of a rule: in messages, in docs/policies.md, in reports. */
export interface RuleText<Config extends TProperties = TProperties> {
  /** In kebab-case; the key in policy-pack config files. */
  readonly name: string;
  /** What holds where the rule is kept, in one sentence. */
  readonly title: string;
  readonly why: string;
  /** What to write instead, as an order without a full stop: ends every message of the rule. */
  readonly fix: string;
  readonly severity: Severity;
  readonly frameworks: readonly [Framework, ...Framework[]];
  /** Mandatory unless it says otherwise; policy-pack config files decide. */
  readonly level?: "advisory";
  /** Settings beside `exempt`, each with description and default. */
  readonly config?: TObject<Config>;
}

export interface Rule extends RuleText {
  readonly policy: ResourceValidationPolicy & Partial<Pick<StackValidationPolicy, "validateStack">>;
  readonly settings: TObject;
}

/** What is wrong, where anything is; subject and remedy are added: `can write to its root filesystem`. */
export type Problems = readonly (string | undefined)[];
export type Report = (...problems: Problems) => void;

export function reporting(say: (problem: string) => void): Report {
  return (...problems) => {
    for (const problem of problems) if (problem !== undefined) say(problem);
  };
}

export type Settings<Config extends TProperties> = Static<TObject<Config>> & {
  readonly exempt: readonly Exemption[];
};

export function settingsOf(config: TObject | undefined): TObject {
  return Type.Object({ ...config?.properties, exempt: Exemptions });
}

function schemaOf({ properties }: TObject): PolicyConfigSchema {
  return { properties };
}

type Configured = Pick<ResourceValidationArgs, "getConfig">;

/** Reads what config files say, and for the rest the defaults of the schema. */
export function configReader<Config extends TProperties>({ properties }: TObject) {
  const defaults = Object.fromEntries(
    Object.entries(properties).map(([key, schema]): [string, unknown] => [
      key,
      "default" in schema ? schema.default : undefined,
    ]),
  );
  return ({ getConfig }: Configured): Settings<Config> => ({
    ...defaults,
    ...getConfig<Settings<Config>>(),
  });
}

export function described(text: RuleText, settings: TObject) {
  const [framework] = text.frameworks;
  const enforcementLevel: EnforcementLevel = text.level ?? "mandatory";
  return {
    name: text.name,
    displayName: text.title,
    description: text.title,
    enforcementLevel,
    severity: text.severity,
    framework,
    remediationSteps: text.fix,
    configSchema: schemaOf(settings),
  };
}

/** For a person: what, what is wrong with it, and how to put it right. */
export function sentence(subject: Subject, problem: string, fix: string): string {
  return `${titleOf(subject)}: ${problem}. Fix: ${fix}.`;
}
