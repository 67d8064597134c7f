import type { TProperties } from "typebox";
import { isExempt } from "./exemptions.ts";
import { containersOf, podsOf, type Container, type Pod } from "./pods.ts";
import { resourceRule } from "./resource-rule.ts";
import { reporting, type Report, type Rule, type RuleText, type Settings } from "./rule.ts";
import { reportingUnknowns } from "./unknown.ts";

interface PodRule<Config extends TProperties> extends RuleText<Config> {
  readonly check: (pod: Pod, report: Report, config: Settings<Config>) => void;
}

export function podRule<Config extends TProperties>({ check, ...text }: PodRule<Config>): Rule {
  return resourceRule<Config>({
    ...text,
    check: (subject, report, config) => {
      for (const pod of podsOf(subject)) check(pod, report, config);
    },
  });
}

interface ContainerRule<Config extends TProperties> extends RuleText<Config> {
  readonly check: (container: Container, report: Report, config: Settings<Config>) => void;
  /** What the pod itself says, for all its containers. */
  readonly checkPod?: PodRule<Config>["check"];
}

/** A rule about each container of a pod: init containers, sidecars and ephemeral ones too. */
export function containerRule<Config extends TProperties>(rule: ContainerRule<Config>): Rule {
  const { check, checkPod, ...text } = rule;
  return podRule<Config>({
    ...text,
    check: (pod, report, config) => {
      reportingUnknowns(report, () => {
        checkPod?.(pod, report, config);
      });
      for (const container of containersOf(pod)) {
        const { role, name } = container;
        if (isExempt(config.exempt, pod.subject, name)) continue;
        const reportContainer = reporting((problem) => {
          report(`${role} "${name}" ${problem}`);
        });
        reportingUnknowns(reportContainer, () => {
          check(container, reportContainer, config);
        });
      }
    },
  });
}
