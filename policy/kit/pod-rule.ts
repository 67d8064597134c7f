import type { TProperties } from "typebox";
import { isExempt } from "./exemptions.ts";
import { containersOf, podsOf, type Container, type Pod } from "./pods.ts";
import { resourceRule } from "./resource-rule.ts";
import type { Report, Rule, RuleText, Settings } from "./rule.ts";
import { reportingUnknowns } from "./unknown.ts";

interface PodRule<Config extends TProperties> extends RuleText<Config> {
  readonly check: (pod: Pod, report: Report, config: Settings<Config>) => void;
  readonly remediate?: (pod: Pod, config: Settings<Config>) => boolean;
}

export function podRule<Config extends TProperties>(rule: PodRule<Config>): Rule {
  const { check, remediate, ...text } = rule;
  return resourceRule<Config>({
    ...text,
    check: (subject, report, config) => {
      for (const pod of podsOf(subject)) check(pod, report, config);
    },
    ...(remediate && {
      remediate: (subject, config) =>
        podsOf(subject).filter((pod) => remediate(pod, config)).length > 0,
    }),
  });
}

interface ContainerRule<Config extends TProperties> extends RuleText<Config> {
  readonly check: (container: Container, report: Report, config: Settings<Config>) => void;
  readonly remediate?: (container: Container, config: Settings<Config>) => boolean;
  /** What the pod itself says, for all its containers. */
  readonly pod?: Pick<PodRule<Config>, "check" | "remediate">;
}

/** A rule about each container of a pod: init containers, sidecars and ephemeral ones too. */
export function containerRule<Config extends TProperties>(rule: ContainerRule<Config>): Rule {
  const { check, remediate, pod: ofPod, ...text } = rule;
  const notExempt = (pod: Pod, { exempt }: Settings<Config>) =>
    containersOf(pod).filter(({ name }) => !isExempt(exempt, pod.subject, name));
  const checkContainers: PodRule<Config>["check"] = (pod, report, config) => {
    for (const container of notExempt(pod, config)) {
      const reportContainer = (problem: string) => {
        report(`${container.role} "${container.name}" ${problem}`);
      };
      reportingUnknowns(reportContainer, () => {
        check(container, reportContainer, config);
      });
    }
  };
  return podRule<Config>({
    ...text,
    check: (pod, report, config) => {
      reportingUnknowns(report, () => {
        ofPod?.check(pod, report, config);
      });
      checkContainers(pod, report, config);
    },
    ...(remediate && {
      remediate: (pod, config) => {
        const isPodChanged = ofPod?.remediate?.(pod, config) === true;
        const changed = notExempt(pod, config).filter((container) => remediate(container, config));
        return isPodChanged || changed.length > 0;
      },
    }),
  });
}
