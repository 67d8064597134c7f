import { at } from "../../kit/json.ts";
import { containerRule } from "../../kit/pod-rule.ts";
import type { Container, Pod } from "../../kit/pods.ts";
import type { Report, Rule, RuleText } from "../../kit/rule.ts";

/** A field of the security context that a container or a pod itself has; undefined where there is none. */
export function ownContext({ spec }: Container | Pod, field: string): unknown {
  return at(spec, "securityContext", field) ?? undefined;
}

/** What holds for a container: what it says itself, or else its pod. */
export function contextOf(container: Container, field: string): unknown {
  return ownContext(container, field) ?? ownContext(container.pod, field);
}

/** What one field of the security context of containers has to be. */
interface ContextRule extends RuleText {
  readonly field: string;
  /** Whether pods have the field too, for containers that don't say it. */
  readonly isInherited?: boolean;
  readonly wrong: (said: unknown) => string | undefined;
  /** What is wrong with a container about which nothing is said, if that is not compliant. */
  readonly unsaid?: string;
  readonly checkPod?: (pod: Pod, report: Report) => void;
}

export function contextRule(rule: ContextRule): Rule {
  const { field, isInherited = false, wrong, unsaid, checkPod, ...text } = rule;
  const own = (of: Container | Pod) => {
    const said = ownContext(of, field);
    return said === undefined ? undefined : wrong(said);
  };
  return containerRule({
    ...text,
    checkPod: (pod, report) => {
      if (isInherited) report(own(pod));
      checkPod?.(pod, report);
    },
    check: (container, report) => {
      const said = (isInherited ? contextOf : ownContext)(container, field);
      report(said === undefined ? unsaid : own(container));
    },
  });
}
