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
import { subjectOf, type Subject } from "./subject.ts";
import { reportingUnknowns } from "./unknown.ts";

export interface ResourceRule<Config extends TProperties> extends RuleText<Config> {
  readonly check: (subject: Subject, report: Report, config: Settings<Config>) => void;
  /**
   * Where there is one right value: changes the properties in place and says whether it did. Runs only where a config
   * file sets the level to `remediate`.
   */
  readonly remediate?: (subject: Subject, config: Settings<Config>) => boolean;
}

/** A rule about one resource at a time; `common` are settings that all rules of its sort have. */
export function resourceRule<Config extends TProperties>(
  rule: ResourceRule<Config>,
  common: TProperties = {},
): Rule {
  const { check, remediate, ...text } = rule;
  const settings = settingsOf(text.config, common);
  const configOf = configReader<Config>(settings);
  const open = (args: ResourceValidationArgs) => {
    const subject = subjectOf(args);
    const config = configOf(args);
    return { subject, config, exempt: isExempt(config.exempt, subject) };
  };
  const validateResource = (args: ResourceValidationArgs, violation: ReportViolation) => {
    const { subject, config, exempt } = open(args);
    if (exempt) return;
    const report = (problem: string) => {
      violation(sentence(subject, problem, text.fix));
    };
    reportingUnknowns(report, () => {
      check(subject, report, config);
    });
  };
  const remediateResource = (args: ResourceValidationArgs) => {
    const { subject, config, exempt } = open(args);
    return !exempt && remediate?.(subject, config) === true ? args.props : undefined;
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
