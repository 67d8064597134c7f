import { Type } from "typebox";
import { kubernetesDocs } from "../../kit/frameworks.ts";
import type { Container } from "../../kit/pods.ts";
import { containerRule } from "../../kit/pod-rule.ts";
import { hasProbe, timingOf } from "./probe.ts";

interface Limits {
  readonly minStartSeconds: number;
  readonly minLivenessFailures: number;
}

/**
 * A startup probe may take longer than its period: its next try then only comes later, and a slow answer is what it waits
 * for.
 */
function slowProbes(container: Container): string[] {
  return (["readinessProbe", "livenessProbe"] as const).flatMap((name) => {
    if (!hasProbe(container, name)) return [];
    const { timeoutSeconds, periodSeconds } = timingOf(container, name);
    if (timeoutSeconds <= periodSeconds) return [];
    return [
      `waits ${String(timeoutSeconds)} s for the answer to its ${name} and asks again after ${String(periodSeconds)} s`,
    ];
  });
}

/** How long a start may take until the container is killed. */
function startSeconds(container: Container): number {
  if (hasProbe(container, "startupProbe")) {
    const { delaySeconds, patienceSeconds } = timingOf(container, "startupProbe");
    return delaySeconds + patienceSeconds;
  }
  const { delaySeconds, patienceSeconds } = timingOf(container, "livenessProbe");
  return delaySeconds + patienceSeconds;
}

function livenessProblems(container: Container, limits: Limits): string[] {
  if (!hasProbe(container, "livenessProbe")) return [];
  const { failures, patienceSeconds } = timingOf(container, "livenessProbe");
  const start = startSeconds(container);
  const readiness = hasProbe(container, "readinessProbe")
    ? timingOf(container, "readinessProbe").patienceSeconds
    : 0;
  return [
    ...(failures < limits.minLivenessFailures
      ? [`is killed after ${String(failures)} failed liveness probe`]
      : []),
    ...(start < limits.minStartSeconds
      ? [
          `is killed if it has not started after ${String(start)} s, less than ${String(limits.minStartSeconds)}`,
        ]
      : []),
    ...(patienceSeconds < readiness
      ? [
          `is killed after ${String(patienceSeconds)} s of failed liveness probes, before readiness takes it out of service after ${String(readiness)} s`,
        ]
      : []),
  ];
}

export const probeTiming = containerRule({
  name: "probe-timing",
  title: "Probes leave a container time to start and to recover",
  why: "A liveness probe that is too quick kills containers that are only busy or still starting, and the load goes to the others, which are killed next.",
  fix: "set timeoutSeconds to at most periodSeconds, livenessProbe.failureThreshold to 3, and startupProbe.failureThreshold so high that the slowest start fits",
  severity: "medium",
  frameworks: [kubernetesDocs("Configure liveness, readiness and startup probes")],
  config: Type.Object({
    minStartSeconds: Type.Integer({
      minimum: 0,
      default: 20,
      description: "How long any container may at least take to start.",
    }),
    minLivenessFailures: Type.Integer({
      minimum: 1,
      default: 2,
      description: "How many liveness probes have to fail at least before a container is killed.",
    }),
  }),
  check: (container, report, limits) => {
    for (const problem of [...slowProbes(container), ...livenessProblems(container, limits)]) {
      report(problem);
    }
  },
});
