import type { ReportViolation, ResourceValidationArgs, StackValidationArgs } from "@pulumi/policy";
import type { TProperties } from "typebox";
import { isExempt } from "./exemptions.ts";
import {
  configReader,
  described,
  reporting,
  sentence,
  settingsOf,
  type Problems,
  type Report,
  type Rule,
  type RuleText,
  type Settings,
} from "./rule.ts";
import { subjectsOf, type Registered, type Subject } from "./subject.ts";
import { reportingUnknowns } from "./unknown.ts";

/** What a rule keeps of a resource to evaluate it among the others. */
export interface Found<Fact> {
  readonly subject: Subject;
  readonly fact: Fact;
  /** URNs of the resources that a property of it was made from, by property. */
  readonly madeFrom: Readonly<Record<string, readonly string[]>>;
}

interface StackRule<Fact, Config extends TProperties> extends RuleText<Config> {
  /**
   * The few fields that the rule needs, read from the inputs; undefined for resources that it does not look at. A field
   * that is unknown is a violation.
   */
  readonly collect: (subject: Subject, config: Settings<Config>) => Fact | undefined;
  readonly check?: (subject: Subject, report: Report, config: Settings<Config>) => void;
  readonly evaluate: (
    found: readonly Found<Fact>[],
    report: (subject: Subject, ...problems: Problems) => void,
    config: Settings<Config>,
  ) => void;
}

/**
 * A rule about how resources fit together. It takes what it needs from the inputs of each resource and evaluates them at the
 * end: while the Kubernetes provider is not configured yet, what the engine shows of the whole stack is empty.
 */
export function stackRule<Fact, Config extends TProperties>(rule: StackRule<Fact, Config>): Rule {
  const { collect, check, evaluate, ...text } = rule;
  const settings = settingsOf(text.config);
  const configOf = configReader<Config>(settings);
  /** One process serves one preview or update, and sees each resource before the stack. */
  const facts = new Map<string, Omit<Found<Fact>, "madeFrom">[]>();

  const reading = (violation: ReportViolation, config: Settings<Config>) => {
    const reportOf = (subject: Subject) =>
      reporting((problem) => {
        if (isExempt(config.exempt, subject)) return;
        violation(sentence(subject, problem, text.fix), subject.urn);
      });
    const take = (registered: Registered) => {
      const taken: Omit<Found<Fact>, "madeFrom">[] = [];
      facts.set(registered.urn, taken);
      for (const subject of subjectsOf(registered)) {
        const report = reportOf(subject);
        reportingUnknowns(report, () => {
          const fact = collect(subject, config);
          if (fact !== undefined) taken.push({ subject, fact });
        });
        reportingUnknowns(report, () => {
          check?.(subject, report, config);
        });
      }
    };
    return { reportOf, take };
  };

  const validateResource = (args: ResourceValidationArgs, violation: ReportViolation) => {
    reading(violation, configOf(args)).take(args);
  };
  const validateStack = (args: StackValidationArgs, violation: ReportViolation) => {
    const config = configOf(args);
    const reader = reading(violation, config);
    const found = args.resources.flatMap((resource): Found<Fact>[] => {
      // `pulumi policy analyze` shows the stack alone, with what it is made of.
      if (!facts.has(resource.urn)) reader.take(resource);
      return (facts.get(resource.urn) ?? []).map((fact) => ({
        ...fact,
        madeFrom: madeFrom(resource.propertyDependencies),
      }));
    });
    const report = (subject: Subject, ...problems: Problems) => {
      reader.reportOf(subject)(...problems);
    };
    evaluate(found, report, config);
  };
  return {
    ...text,
    settings,
    policy: { ...described(text, settings), validateResource, validateStack },
  };
}

function madeFrom(dependencies: Record<string, { urn: string }[]>): Found<unknown>["madeFrom"] {
  return Object.fromEntries(
    Object.entries(dependencies).map(([property, resources]) => [
      property,
      resources.map(({ urn }) => urn),
    ]),
  );
}
