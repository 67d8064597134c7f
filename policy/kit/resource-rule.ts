import type { ReportViolation, ResourceValidationArgs } from "@pulumi/policy";
import type { TProperties } from "typebox";
import { isExempt } from "./exemptions.ts";
import {
  configReader,
  described,
  reporting,
  sentence,
  settingsOf,
  type Report,
  type Rule,
  type RuleText,
  type Settings,
} from "./rule.ts";
import { isKind, subjectsOf, type Subject } from "./subject.ts";
import { reportingUnknowns } from "./unknown.ts";

export interface ResourceRule<Config extends TProperties> extends RuleText<Config> {
  /** The kinds that it is about, as for `isKind`; unset means all resources. */
  readonly kinds?: readonly string[];
  readonly check: (subject: Subject, report: Report, config: Settings<Config>) => void;
}

export function resourceRule<Config extends TProperties>(rule: ResourceRule<Config>): Rule {
  const { kinds, check, ...text } = rule;
  const settings = settingsOf(text.config);
  const configOf = configReader<Config>(settings);
  const validateResource = (args: ResourceValidationArgs, violation: ReportViolation) => {
    const config = configOf(args);
    for (const subject of subjectsOf(args)) {
      if (kinds !== undefined && !isKind(subject, ...kinds)) continue;
      if (isExempt(config.exempt, subject)) continue;
      const report = reporting((problem) => {
        violation(sentence(subject, problem, text.fix));
      });
      reportingUnknowns(report, () => {
        check(subject, report, config);
      });
    }
  };
  return { ...text, settings, policy: { ...described(text, settings), validateResource } };
}
