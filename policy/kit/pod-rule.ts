import { Type, type TProperties } from "typebox";
import { isExempt } from "./exemptions.ts";
import { containersOf, podsAndParts, podsOf, type Container, type Pod } from "./pods.ts";
import { resourceRule, type ResourceRule } from "./resource-rule.ts";
import type { Report, Rule, RuleText, Settings } from "./rule.ts";
import { reportingUnknowns } from "./unknown.ts";

interface PodRule<Config extends TProperties> extends RuleText<Config> {
  /**
   * Whether it evaluates parts of pods too, that custom resources keep apart from the containers: only for rules that refuse
   * what is said and demand nothing, as the rest may be said elsewhere.
   */
  readonly parts?: boolean;
  readonly check: (pod: Pod, report: Report, config: Settings<Config>) => void;
  /** As in a rule about resources. */
  readonly remediate?: (pod: Pod, config: Settings<Config>) => boolean;
}

/** Settings of every rule about pods; those about stacks name them themselves. */
export const podSettings = {
  podTemplates: Type.Array(
    Type.Object(
      {
        kind: Type.String({ description: "Group and kind, like `argoproj.io/Workflow`." }),
        specs: Type.Array(
          Type.String({
            description: "Like `spec.templates.*`, where `*` is each item of a list.",
          }),
          { description: "Where its pod specs are; empty for a kind that has no pods." },
        ),
      },
      { additionalProperties: false },
    ),
    {
      default: [],
      description:
        "Custom kinds whose pods don't look like pods. All others are found by their lists of containers.",
    },
  ),
};

/** Names the template of a custom resource or a list, which may have several. */
export function placeOf({ path, subject: { group } }: Pod): string {
  const isOnlyOne = ["", "apps", "batch"].includes(group ?? "") && !path.startsWith("items.");
  return isOnlyOne || path === "" ? "" : `${path}: `;
}

/** A rule about pods, whatever kind of resource makes them. */
export function podRule<Config extends TProperties>(rule: PodRule<Config>): Rule {
  const { check, remediate, parts = false, ...text } = rule;
  const find = parts ? podsAndParts : podsOf;
  const checkPods: ResourceRule<Config>["check"] = (subject, report, config) => {
    for (const pod of find(subject, config.podTemplates)) {
      const reportPod = (problem: string) => {
        report(placeOf(pod) + problem);
      };
      reportingUnknowns(reportPod, () => {
        check(pod, reportPod, config);
      });
    }
  };
  const remediatePods: ResourceRule<Config>["remediate"] = (subject, config) =>
    podsOf(subject, config.podTemplates).filter((pod) => remediate?.(pod, config)).length > 0;
  return resourceRule<Config>(
    { ...text, check: checkPods, ...(remediate && { remediate: remediatePods }) },
    podSettings,
  );
}

interface ContainerRule<Config extends TProperties> extends RuleText<Config> {
  readonly check: (container: Container, report: Report, config: Settings<Config>) => void;
  /** As in a rule about resources. */
  readonly remediate?: (container: Container, config: Settings<Config>) => boolean;
  /** What the pod itself says, for all its containers; it evaluates parts of pods too. */
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
    parts: ofPod !== undefined,
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
