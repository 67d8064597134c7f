import type { TProperties } from "typebox";
import { at, isObject, isPresent } from "../../kit/json.ts";
import { containerRule } from "../../kit/pod-rule.ts";
import type { Container, Pod } from "../../kit/pods.ts";
import type { Report, Rule, RuleText, Settings } from "../../kit/rule.ts";

/** A field of the security context that a container or a pod itself has; undefined where there is none. */
export function ownContext({ spec }: Container | Pod, field: string): unknown {
  return at(spec, "securityContext", field) ?? undefined;
}

/** What holds for a container: what it says itself, or else its pod. */
export function contextOf(container: Container, field: string): unknown {
  return ownContext(container, field) ?? ownContext(container.pod, field);
}

/** Sets a field in place; true, as remediations say that they changed something. */
function setContext({ spec }: Container | Pod, field: string, value: unknown): boolean {
  if (!isObject(spec)) return false;
  if (!isPresent(spec, "securityContext")) spec["securityContext"] = {};
  const context = at(spec, "securityContext");
  if (!isObject(context)) return false;
  context[field] = value;
  return true;
}

/** What one field of the security context of containers has to be. */
interface ContextRule<Config extends TProperties> extends RuleText<Config> {
  readonly field: string;
  /** Whether pods have the field too, for containers that don't say it. */
  readonly isInherited?: boolean;
  readonly wrong: (said: unknown, config: Settings<Config>) => string | undefined;
  /** What is wrong with a container about which nothing is said, if that is not compliant. */
  readonly unsaid?: string;
  readonly right?: (said: unknown, config: Settings<Config>) => unknown;
  readonly checkPod?: (pod: Pod, report: Report) => void;
}

export function contextRule<Config extends TProperties>(rule: ContextRule<Config>): Rule {
  const { field, isInherited, wrong, unsaid, right, checkPod, ...text } = rule;
  const own = (of: Container | Pod, config: Settings<Config>) => {
    const said = ownContext(of, field);
    return said === undefined ? undefined : wrong(said, config);
  };
  const problemOfPod = (pod: Pod, config: Settings<Config>) =>
    isInherited === true ? own(pod, config) : undefined;
  const problemOf = (container: Container, config: Settings<Config>) => {
    const said = (isInherited === true ? contextOf : ownContext)(container, field);
    return said === undefined ? unsaid : own(container, config);
  };
  const tell = (report: Report, problem: string | undefined) => {
    if (problem !== undefined) report(problem);
  };
  const repair = (of: Container | Pod, problem: string | undefined, config: Settings<Config>) =>
    problem !== undefined && setContext(of, field, right?.(ownContext(of, field), config));
  return containerRule<Config>({
    ...text,
    pod: {
      check: (pod, report, config) => {
        tell(report, problemOfPod(pod, config));
        checkPod?.(pod, report);
      },
      ...(right && { remediate: (pod, config) => repair(pod, problemOfPod(pod, config), config) }),
    },
    check: (container, report, config) => {
      tell(report, problemOf(container, config));
    },
    ...(right && { remediate: (one, config) => repair(one, problemOf(one, config), config) }),
  });
}
