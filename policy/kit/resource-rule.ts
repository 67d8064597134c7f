import type { ReportViolation, ResourceValidationArgs } from "@pulumi/policy";
import type { TProperties } from "typebox";
import { isExempt } from "./exemptions.ts";
import {
  configReader,
  described,
  sentence,
  settingsOf,
  type Report,
  type Rule,
  type RuleText,
  type Settings,
} from "./rule.ts";
import { subjectsOf, type Subject } from "./subject.ts";
import { reportingUnknowns } from "./unknown.ts";

export interface ResourceRule<Config extends TProperties> extends RuleText<Config> {
  readonly check: (subject: Subject, report: Report, config: Settings<Config>) => void;
  /**
   * Where there is one right value: changes the properties in place and says whether it did. Runs only where a config
   * file sets the level to `remediate`.
   */
  readonly remediate?: (subject: Subject, config: Settings<Config>) => boolean;
}

export function resourceRule<Config extends TProperties>(rule: ResourceRule<Config>): Rule {
  const { check, remediate, ...text } = rule;
  const settings = settingsOf(text.config);
  const configOf = configReader<Config>(settings);
  const evaluated = (args: ResourceValidationArgs, config: Settings<Config>) =>
    subjectsOf(args).filter((subject) => !isExempt(config.exempt, subject));
  const validateResource = (args: ResourceValidationArgs, violation: ReportViolation) => {
    const config = configOf(args);
    for (const subject of evaluated(args, config)) {
      const report = (problem: string) => {
        violation(sentence(subject, problem, text.fix));
      };
      reportingUnknowns(report, () => {
        check(subject, report, config);
      });
    }
  };
  const remediateResource = (args: ResourceValidationArgs) => {
    const config = configOf(args);
    const changed = evaluated(args, config).filter((one) => remediate?.(one, config) === true);
    return changed.length > 0 ? args.props : undefined;
  };
  return {
    ...text,
    settings,
    policy: {
      ...described(text, settings),
      validateResource,
      ...(remediate && { remediateResource }),
    },
  };
}
