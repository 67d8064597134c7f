import type { TProperties } from "typebox";
import { isExempt } from "./exemptions.ts";
import { containersOf, podsOf, type Container, type Pod } from "./pods.ts";
import { resourceRule } from "./resource-rule.ts";
import type { Report, Rule, RuleText, Settings } from "./rule.ts";
import { reportingUnknowns } from "./unknown.ts";

interface PodRule<Config extends TProperties> extends RuleText<Config> {
  readonly check: (pod: Pod, report: Report, config: Settings<Config>) => void;
  /** As in a rule about resources. */
  readonly remediate?: (pod: Pod, config: Settings<Config>) => boolean;
}

/** Names the template of a custom resource, which may have several. */
function placeOf({ path, subject: { group } }: Pod): string {
  return ["", "apps", "batch"].includes(group ?? "") ? "" : `${path}: `;
}

/** A rule about pods, whatever kind of resource makes them. */
export function podRule<Config extends TProperties>(rule: PodRule<Config>): Rule {
  const { check, remediate, ...text } = rule;
  return resourceRule<Config>({
    ...text,
    check: (subject, report, config) => {
      for (const pod of podsOf(subject)) {
        const reportPod = (problem: string) => {
          report(placeOf(pod) + problem);
        };
        reportingUnknowns(reportPod, () => {
          check(pod, reportPod, config);
        });
      }
    },
    ...(remediate && {
      remediate: (subject, config) =>
        podsOf(subject).filter((pod) => remediate(pod, config)).length > 0,
    }),
  });
}

interface ContainerRule<Config extends TProperties> extends RuleText<Config> {
  readonly check: (container: Container, report: Report, config: Settings<Config>) => void;
  /** As in a rule about resources. */
  readonly remediate?: (container: Container, config: Settings<Config>) => boolean;
}

/** A rule about each container of a pod: init containers, sidecars and ephemeral ones too. */
export function containerRule<Config extends TProperties>(rule: ContainerRule<Config>): Rule {
  const { check, remediate, ...text } = rule;
  const judged = (pod: Pod, { exempt }: Settings<Config>) =>
    containersOf(pod).filter(({ name }) => !isExempt(exempt, pod.subject, name));
  return podRule<Config>({
    ...text,
    check: (pod, report, config) => {
      for (const container of judged(pod, config)) {
        const reportContainer = (problem: string) => {
          report(`${container.role} "${container.name}" ${problem}`);
        };
        reportingUnknowns(reportContainer, () => {
          check(container, reportContainer, config);
        });
      }
    },
    ...(remediate && {
      remediate: (pod, config) =>
        judged(pod, config).filter((container) => remediate(container, config)).length > 0,
    }),
  });
}
