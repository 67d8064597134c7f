import { listAt, numberAt, objectAt, textAt, type Json, type JsonObject } from "../../kit/json.ts";
import { condition } from "./verdict.ts";

/** Reasons of a waiting container that are part of every start. */
const ordinary = new Set(["", "ContainerCreating", "PodInitializing"]);

function containerStatuses(pod: JsonObject): Json[] {
  return [
    ...listAt(pod, "status", "initContainerStatuses"),
    ...listAt(pod, "status", "containerStatuses"),
  ];
}

function exitText(terminated: JsonObject): string {
  const code = numberAt(terminated, "exitCode") ?? 0;
  const reason = textAt(terminated, "reason") ?? "";
  const message = textAt(terminated, "message") ?? "";
  const parts = [`exit code ${code}`, ...(reason === "" ? [] : [reason])];
  return `${parts.join(", ")}${message === "" ? "" : `: ${message.trim()}`}`;
}

function waitingProblem(name: string, status: Json): string | undefined {
  const reason = textAt(status, "state", "waiting", "reason") ?? "";
  if (ordinary.has(reason)) return undefined;
  const message = textAt(status, "state", "waiting", "message") ?? "";
  const last = objectAt(status, "lastState", "terminated");
  const ended = last === undefined ? "" : ` (last run ended with ${exitText(last)})`;
  return `container "${name}": ${reason}${message === "" ? "" : `: ${message}`}${ended}`;
}

function containerProblem(status: Json): string | undefined {
  const name = textAt(status, "name") ?? "";
  const waiting = waitingProblem(name, status);
  if (waiting !== undefined) return waiting;
  const terminated = objectAt(status, "state", "terminated");
  if (terminated !== undefined && (numberAt(terminated, "exitCode") ?? 0) !== 0) {
    return `container "${name}" ended with ${exitText(terminated)}`;
  }
  const running = objectAt(status, "state", "running") !== undefined;
  if (!running || objectAt(status, "lastState", "terminated") === undefined) return undefined;
  const restarts = numberAt(status, "restartCount") ?? 0;
  const last = objectAt(status, "lastState", "terminated") ?? {};
  return `container "${name}" was restarted ${restarts} times (last run ended with ${exitText(last)})`;
}

export function isPodReady(pod: JsonObject): boolean {
  return (
    condition(pod, "Ready")?.status === "True" || textAt(pod, "status", "phase") === "Succeeded"
  );
}

/** What keeps a pod from being ready, in one line; undefined while nothing is wrong. */
export function podProblem(pod: JsonObject): string | undefined {
  if (isPodReady(pod)) return undefined;
  const scheduled = condition(pod, "PodScheduled");
  if (scheduled?.status === "False")
    return `unschedulable: ${scheduled.message || scheduled.reason}`;
  const problems = containerStatuses(pod).flatMap((status) => containerProblem(status) ?? []);
  if (problems.length > 0) return problems.join("; ");
  const reason = textAt(pod, "status", "reason");
  if (reason !== undefined) return `${reason}: ${textAt(pod, "status", "message") ?? ""}`;
  const notReady = condition(pod, "ContainersReady") ?? condition(pod, "Ready");
  return notReady?.status === "False" && notReady.message !== "" ? notReady.message : undefined;
}

/** Containers of a pod whose logs tell why it is not ready: those that ended, or run without being ready. */
export function tellingContainers(pod: JsonObject): { name: string; previous: boolean }[] {
  return containerStatuses(pod).flatMap((status) => {
    const name = textAt(status, "name") ?? "";
    const crashed = objectAt(status, "lastState", "terminated") !== undefined;
    const ended = (numberAt(status, "state", "terminated", "exitCode") ?? 0) !== 0;
    const unready =
      objectAt(status, "state", "running") !== undefined && objectAt(status)?.["ready"] === false;
    const waits = objectAt(status, "state", "waiting") !== undefined;
    return crashed || ended || unready ? [{ name, previous: crashed && waits }] : [];
  });
}

/** The first few pods that have a problem, each with its line. */
export function podProblems(pods: readonly JsonObject[], limit: number): string[] {
  return pods
    .flatMap((pod) => {
      const problem = podProblem(pod);
      return problem === undefined
        ? []
        : [`pod ${textAt(pod, "metadata", "name") ?? ""}: ${problem}`];
    })
    .slice(0, limit);
}
