import { Type } from "typebox";
import { kubernetesDocs } from "../../kit/frameworks.ts";
import { at, numberAt, textsAt } from "../../kit/json.ts";
import { containersOf, isLongRunning, type Container, type Pod } from "../../kit/pods.ts";
import { podRule } from "../../kit/pod-rule.ts";

/** What Kubernetes takes where nothing is said. */
const defaultSeconds = 30;
const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86400 };

/** `sleep 5`, `/bin/sleep 1m`, `sh -c "sleep 5 && nginx -s quit"`: all pauses of a command, one after another. */
function sleptIn(command: readonly string[]): number {
  const pauses = command
    .join(" ")
    .matchAll(/(?:^|[\s;&|/"'(])sleep\s+(\d+(?:\.\d+)?)([smhd]?)(?![\w.])/g);
  return [...pauses].reduce(
    (sum, [, number, unit]) =>
      sum + Number(number) * (units[unit === "" ? "s" : (unit ?? "s")] ?? 1),
    0,
  );
}

/** How long a container waits before it is told to stop. */
function preStopSeconds({ spec }: Container): number {
  const hook = at(spec, "lifecycle", "preStop");
  return numberAt(hook, "sleep", "seconds") ?? sleptIn(textsAt(hook, "exec", "command"));
}

interface Bounds {
  readonly minSeconds: number;
  readonly maxSeconds: number;
  readonly stated: boolean;
}

/** What is wrong with the time that a pod says; undefined if nothing is. */
function boundsProblem(pod: Pod, { minSeconds, maxSeconds, stated }: Bounds): string | undefined {
  const given = numberAt(pod.spec, "terminationGracePeriodSeconds");
  const grace = given ?? defaultSeconds;
  if (grace > maxSeconds) {
    return `holds up the drain of its node for up to ${String(grace)} s, more than ${String(maxSeconds)}`;
  }
  if (!containersOf(pod).some(isLongRunning)) return undefined;
  if (grace < minSeconds) {
    return `is killed ${String(grace)} s after it is told to stop, less than ${String(minSeconds)}`;
  }
  return stated && given === undefined
    ? `does not say how long it may take to stop, and is killed after ${String(grace)} s`
    : undefined;
}

export const gracefulTermination = podRule({
  name: "graceful-termination",
  title: "Pods have time to stop in",
  why: "A pod that is killed before it is done drops requests and half-written data; one that may take hours holds up every drain and upgrade of its node.",
  fix: "set terminationGracePeriodSeconds to the time that preStop takes and the time that the process needs to stop after it",
  severity: "medium",
  frameworks: [kubernetesDocs("Pod lifecycle: termination of pods")],
  config: Type.Object({
    minSeconds: Type.Integer({
      minimum: 0,
      default: 10,
      description: "The least that a pod gets whose containers run until they are told to stop.",
    }),
    maxSeconds: Type.Integer({
      minimum: 1,
      default: 600,
      description: "The most that any pod may take, so that nodes can be drained.",
    }),
    stated: Type.Boolean({
      default: true,
      description:
        "Whether a pod that runs until it is told to stop has to say how long that may take, because the default suits few.",
    }),
    stopSeconds: Type.Integer({
      minimum: 1,
      default: 5,
      description: "What has to be left for the process itself after preStop.",
    }),
  }),
  check: (pod, report, bounds) => {
    const problem = boundsProblem(pod, bounds);
    if (problem !== undefined) report(problem);
    const grace = numberAt(pod.spec, "terminationGracePeriodSeconds") ?? defaultSeconds;
    for (const container of containersOf(pod)) {
      const preStop = preStopSeconds(container);
      if (preStop === 0 || grace >= preStop + bounds.stopSeconds) continue;
      report(
        `${container.role} "${container.name}" waits ${String(preStop)} s in preStop, and the pod is killed after ${String(grace)} s`,
      );
    }
  },
});
