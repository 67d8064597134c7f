import { kubernetesDocs } from "../../kit/frameworks.ts";
import { at, numberAt, textsAt } from "../../kit/json.ts";
import { podRule } from "../../kit/pod-rule.ts";
import { containersOf, isLongRunning, type Container, type Pod } from "../../kit/pods.ts";

/** What Kubernetes takes where nothing is said. */
const defaultSeconds = 30;
/** The least for a pod whose containers run until they are told to stop. */
const minSeconds = 10;
/** The most for any pod, so that nodes can be drained. */
const maxSeconds = 600;
/** What has to be left for the process itself after preStop. */
const stopSeconds = 5;

const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86400 };

/** `sleep 5`, `/bin/sleep 1m`, `sh -c "sleep 5 && nginx -s quit"`: all pauses of a command, one after another. */
function sleptIn(command: readonly string[]): number {
  const pauses = command
    .join(" ")
    .matchAll(/(?:^|[\s;&|/"'(])sleep\s+(\d+(?:\.\d+)?)([smhd]?)(?![\w.])/g);
  return [...pauses].reduce(
    (sum, [, number, unit = ""]) => sum + Number(number) * (units[unit] ?? 1),
    0,
  );
}

/** How long a container waits before it is told to stop. */
function preStopSeconds({ spec }: Container): number {
  const hook = at(spec, "lifecycle", "preStop");
  return numberAt(hook, "sleep", "seconds") ?? sleptIn(textsAt(hook, "exec", "command"));
}

function graceProblem(pod: Pod, stated: number | undefined): string | undefined {
  const grace = stated ?? defaultSeconds;
  if (grace > maxSeconds) {
    return `holds up the drain of its node for up to ${grace} s, more than ${maxSeconds}`;
  }
  if (!containersOf(pod).some(isLongRunning)) return undefined;
  if (stated === undefined) {
    return `does not say how long it may take to stop, and is killed after ${grace} s`;
  }
  return grace < minSeconds
    ? `is killed ${grace} s after it is told to stop, less than ${minSeconds}`
    : undefined;
}

export const gracefulTermination = podRule({
  name: "graceful-termination",
  title: "Pods have time to stop in",
  why: "A pod that is killed before it is done drops requests and half-written data; one that may take hours holds up every drain and upgrade of its node.",
  fix: "set terminationGracePeriodSeconds to the time that preStop takes and the time that the process needs to stop after it",
  severity: "medium",
  frameworks: [kubernetesDocs("Pod lifecycle: termination of pods")],
  check: (pod, report) => {
    const stated = numberAt(pod.spec, "terminationGracePeriodSeconds");
    const problem = graceProblem(pod, stated);
    if (problem !== undefined) report(problem);
    const grace = stated ?? defaultSeconds;
    for (const container of containersOf(pod)) {
      const preStop = preStopSeconds(container);
      if (preStop === 0 || grace >= preStop + stopSeconds) continue;
      const who = `${container.role} "${container.name}"`;
      report(`${who} waits ${preStop} s in preStop, and the pod is killed after ${grace} s`);
    }
  },
});
