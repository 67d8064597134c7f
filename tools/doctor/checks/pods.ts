import { check, type Finding } from "../check.ts";
import { conditionOf, nameOf, type ContainerStatus, type Pod } from "../kubernetes.ts";

const minuteMs = 60_000;
/** A pod may take this long until it is ready, after it began. */
const startMs = 3 * minuteMs;
/** A restart is news for this long. */
const recentMs = 60 * minuteMs;

const pullErrors: ReadonlySet<string> = new Set([
  "ErrImagePull",
  "ImagePullBackOff",
  "InvalidImageName",
  "ErrImageNeverPull",
  "RegistryUnavailable",
]);
const configErrors: ReadonlySet<string> = new Set([
  "CreateContainerConfigError",
  "CreateContainerError",
  "RunContainerError",
]);

function ageMs(time: string | null | undefined, nowMs: number): number {
  return typeof time === "string" ? nowMs - Date.parse(time) : 0;
}

function logsOf(pod: Pod, container: string, previous = ""): string {
  const { namespace = "default", name } = pod.metadata;
  return `kubectl logs -n ${namespace} ${name} -c ${container}${previous}`;
}

function lastEnd({ state, lastState }: ContainerStatus) {
  return state?.terminated ?? lastState?.terminated;
}

function outOfMemory(pod: Pod, { name }: ContainerStatus): Finding {
  return {
    level: "problem",
    what: `${nameOf(pod)}: container ${name} was killed because it reached its memory limit`,
    meaning: "It was started again, and what it did at that moment was lost or is repeated.",
    remedy: "raise resources.limits.memory of that service in the stack's file, then deploy",
    runbook: "pods-fail",
  };
}

function judgeWaiting(pod: Pod, container: ContainerStatus): Finding | undefined {
  const { reason = "", message = "" } = container.state?.waiting ?? {};
  if (pullErrors.has(reason)) {
    return {
      level: "problem",
      what: `${nameOf(pod)}: the image ${container.image} cannot be pulled (${reason})`,
      meaning: `The pod does not start. ${message}`.trim(),
      remedy: "check that the image exists, and that the nodes may read that registry",
      runbook: "pods-fail",
    };
  }
  if (configErrors.has(reason)) {
    return {
      level: "problem",
      what: `${nameOf(pod)}: container ${container.name} cannot be created (${reason})`,
      meaning: `The pod does not start. ${message}`.trim(),
      remedy: `kubectl describe pod -n ${pod.metadata.namespace ?? "default"} ${pod.metadata.name}`,
      runbook: "pods-fail",
    };
  }
  return reason === "CrashLoopBackOff" ? crashLoop(pod, container) : undefined;
}

function crashLoop(pod: Pod, container: ContainerStatus): Finding {
  const end = lastEnd(container);
  if (end?.reason === "OOMKilled") return outOfMemory(pod, container);
  const how = end ? `it last ended with exit code ${end.exitCode}` : "it keeps ending";
  return {
    level: "problem",
    what: `${nameOf(pod)}: container ${container.name} starts again and again; ${how}`,
    meaning: `It does not serve. ${end?.message ?? ""}`.trim(),
    remedy: logsOf(pod, container.name, " --previous"),
    runbook: "pods-fail",
  };
}

function judgeRestart(pod: Pod, container: ContainerStatus, nowMs: number): Finding | undefined {
  const end = container.lastState?.terminated;
  if (!end || ageMs(end.finishedAt, nowMs) > recentMs) return undefined;
  if (end.reason === "OOMKilled") return outOfMemory(pod, container);
  if (end.exitCode === 0 || container.restartCount < 3) return undefined;
  return {
    level: "problem",
    what: `${nameOf(pod)}: container ${container.name} was restarted ${container.restartCount} times, last with exit code ${end.exitCode}`,
    meaning: "It runs now, but does not stay up.",
    remedy: logsOf(pod, container.name, " --previous"),
    runbook: "pods-fail",
  };
}

function judgePending(pod: Pod, nowMs: number): Finding | undefined {
  const scheduled = conditionOf(pod.status, "PodScheduled");
  const isStuck = ageMs(pod.metadata.creationTimestamp, nowMs) > minuteMs;
  if (scheduled?.status !== "False" || !isStuck) return undefined;
  return {
    level: "problem",
    what: `${nameOf(pod)} finds no node: ${scheduled.message ?? scheduled.reason ?? "no reason is given"}`,
    meaning: "It waits until a node has room for it, or one that it may run on appears.",
    remedy: "larger or more nodes (pools of the stack's file), or smaller requests",
    runbook: "pods-fail",
  };
}

function judgeUnready(pod: Pod, nowMs: number): Finding | undefined {
  const ready = conditionOf(pod.status, "Ready");
  if (pod.status.phase !== "Running" || ready?.status === "True") return undefined;
  if (ageMs(ready?.lastTransitionTime, nowMs) < startMs) return undefined;
  const waiting = pod.status.containerStatuses?.find((container) => !container.ready);
  return {
    level: "problem",
    what: `${nameOf(pod)} runs, but is not ready${waiting ? `: container ${waiting.name}` : ""}`,
    meaning: "Nobody sends it requests. Its readiness probe fails.",
    remedy: `kubectl describe pod -n ${pod.metadata.namespace ?? "default"} ${pod.metadata.name}`,
    runbook: "pods-fail",
  };
}

function judgeStopping({ metadata, ...pod }: Pod, nowMs: number): Finding | undefined {
  const { deletionTimestamp, namespace = "default", name } = metadata;
  if (ageMs(deletionTimestamp, nowMs) < 5 * minuteMs) return undefined;
  return {
    level: "problem",
    what: `${nameOf({ metadata })} should have ended more than five minutes ago`,
    meaning: `Its node ${pod.spec.nodeName ?? ""} does not answer, or a process there cannot be killed.`,
    remedy: `look at that node; if it is gone for good: kubectl delete pod -n ${namespace} ${name} --force`,
    runbook: "pods-fail",
  };
}

function judgePod(pod: Pod, nowMs: number): Finding[] {
  if (pod.status.phase === "Succeeded") return [];
  if (typeof pod.metadata.deletionTimestamp === "string") {
    return [judgeStopping(pod, nowMs)].filter((found) => found !== undefined);
  }
  if (pod.status.phase === "Failed") {
    const why = pod.status.message ?? pod.status.reason ?? "it failed";
    return [
      {
        level: "hint",
        what: `${nameOf(pod)} ended: ${why}`,
        meaning: "Another pod has taken its place, unless a finding above says otherwise.",
        remedy: `kubectl delete pod -n ${pod.metadata.namespace ?? "default"} ${pod.metadata.name}`,
      },
    ];
  }
  const { initContainerStatuses = [], containerStatuses = [] } = pod.status;
  const containers = [...initContainerStatuses, ...containerStatuses];
  const own = containers.flatMap((container) => {
    const found = judgeWaiting(pod, container) ?? judgeRestart(pod, container, nowMs);
    return found ? [found] : [];
  });
  if (own.length > 0) return own;
  const found = judgePending(pod, nowMs) ?? judgeUnready(pod, nowMs);
  return found ? [found] : [];
}

export function judgePods(all: readonly Pod[], nowMs: number): Finding[] {
  return all.flatMap((pod) => judgePod(pod, nowMs));
}

export const pods = check("pods", "started, ready, images, restarts and their reasons", {
  look: (stack) => stack.pods(),
  judge: judgePods,
});
