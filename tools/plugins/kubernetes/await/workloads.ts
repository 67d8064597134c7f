import { listAt, numberAt, textAt, type JsonObject } from "../../kit/json.ts";
import { at } from "../../kit/json.ts";
import { isPodReady, podProblem } from "./pods.ts";
import {
  condition,
  failed,
  isUnobserved,
  ready,
  reasonText,
  statusCount,
  waiting,
  type Verdict,
} from "./verdict.ts";

const unobserved = waiting("its controller has not seen the change yet");

function replicasOf(object: JsonObject): number {
  return numberAt(object, "spec", "replicas") ?? 1;
}

function counted(count: number, of: number, what: string): string {
  return `${count} of ${of} ${what}`;
}

/** Rolled out as `kubectl rollout status` sees it: all replicas of the new template, available, no old ones left. */
export function deploymentVerdict(object: JsonObject): Verdict {
  if (isUnobserved(object)) return unobserved;
  if (at(object, "spec", "paused") === true) return ready;
  const progressing = condition(object, "Progressing");
  // No final word: whoever mends the cause and runs the update again waits on the same condition.
  if (progressing?.reason === "ProgressDeadlineExceeded") return waiting(reasonText(progressing));
  const failure = condition(object, "ReplicaFailure");
  if (failure?.status === "True") return waiting(reasonText(failure));
  const wanted = replicasOf(object);
  const updated = statusCount(object, "updatedReplicas");
  const total = statusCount(object, "replicas");
  const available = statusCount(object, "availableReplicas");
  if (updated < wanted) return waiting(counted(updated, wanted, "replicas updated"));
  if (total > updated) return waiting(`${total - updated} old replicas have yet to end`);
  if (available < updated) return waiting(counted(available, updated, "replicas available"));
  return ready;
}

export function statefulSetVerdict(object: JsonObject): Verdict {
  if (isUnobserved(object)) return unobserved;
  const wanted = replicasOf(object);
  const readyCount = statusCount(object, "readyReplicas");
  const onDelete = textAt(object, "spec", "updateStrategy", "type") === "OnDelete";
  const partition = numberAt(object, "spec", "updateStrategy", "rollingUpdate", "partition") ?? 0;
  const toUpdate = onDelete ? 0 : Math.max(0, wanted - partition);
  const revision = textAt(object, "status", "updateRevision");
  const rolled =
    partition > 0 || onDelete || textAt(object, "status", "currentRevision") === revision;
  const updated = rolled && partition === 0 ? wanted : statusCount(object, "updatedReplicas");
  if (updated < toUpdate) return waiting(counted(updated, toUpdate, "replicas updated"));
  if (readyCount < wanted) return waiting(counted(readyCount, wanted, "replicas ready"));
  if (statusCount(object, "replicas") > wanted)
    return waiting("superfluous replicas have yet to end");
  return ready;
}

export function daemonSetVerdict(object: JsonObject): Verdict {
  if (isUnobserved(object)) return unobserved;
  const wanted = statusCount(object, "desiredNumberScheduled");
  const onDelete = textAt(object, "spec", "updateStrategy", "type") === "OnDelete";
  const updated = onDelete ? wanted : statusCount(object, "updatedNumberScheduled");
  const available = statusCount(object, "numberAvailable");
  if (updated < wanted) return waiting(counted(updated, wanted, "nodes updated"));
  if (available < wanted) return waiting(counted(available, wanted, "pods available"));
  return ready;
}

export function jobVerdict(object: JsonObject): Verdict {
  const broken = condition(object, "Failed");
  if (broken?.status === "True") return failed(reasonText(broken));
  if (condition(object, "Complete")?.status === "True") return ready;
  if (at(object, "spec", "suspend") === true) return ready;
  const wanted = numberAt(object, "spec", "completions") ?? 1;
  return waiting(counted(statusCount(object, "succeeded"), wanted, "completions"));
}

export function podVerdict(object: JsonObject): Verdict {
  const phase = textAt(object, "status", "phase") ?? "Pending";
  if (isPodReady(object)) return ready;
  const problem = podProblem(object);
  if (phase === "Failed") return failed(problem ?? "the pod failed");
  return waiting(problem ?? `phase ${phase}`);
}

/** Minimum of the HPA controller's work: it has found what to scale. Metrics may follow later. */
export function autoscalerVerdict(object: JsonObject): Verdict {
  const able = condition(object, "AbleToScale");
  if (able?.status === "True") return ready;
  return waiting(able === undefined ? "its controller has not looked at it yet" : reasonText(able));
}

export function definitionVerdict(object: JsonObject): Verdict {
  const names = condition(object, "NamesAccepted");
  if (names?.status === "False") return failed(reasonText(names));
  if (condition(object, "Established")?.status === "True") return ready;
  return waiting("its API is not served yet");
}

export function claimVerdict(object: JsonObject): Verdict {
  const phase = textAt(object, "status", "phase") ?? "Pending";
  if (phase === "Bound") return ready;
  if (phase === "Lost") return failed("the bound volume is lost");
  return waiting(`phase ${phase}: no volume is bound yet`);
}

export function volumeVerdict(object: JsonObject): Verdict {
  const phase = textAt(object, "status", "phase") ?? "Pending";
  if (phase === "Available" || phase === "Bound") return ready;
  return phase === "Failed" ? failed("the volume failed") : waiting(`phase ${phase}`);
}

function hasAddress(object: JsonObject): boolean {
  return listAt(object, "status", "loadBalancer", "ingress").length > 0;
}

/** Names, headless services and services that select nothing have nothing to wait for. */
export function awaitsEndpoints(object: JsonObject): boolean {
  const isName = textAt(object, "spec", "type") === "ExternalName";
  const headless = textAt(object, "spec", "clusterIP") === "None";
  return !isName && !headless && at(object, "spec", "selector") !== undefined;
}

/** A service is usable once it leads to a pod (ready or not) and, for a load balancer, has an address. */
export function serviceVerdict(object: JsonObject, slices: readonly JsonObject[]): Verdict {
  const targets = slices.flatMap((slice) => listAt(slice, "endpoints"));
  if (awaitsEndpoints(object) && targets.length === 0) {
    return waiting(
      "Service does not target any Pods. Selected Pods may not be ready, or field '.spec.selector' may not match labels on any Pods",
    );
  }
  if (textAt(object, "spec", "type") === "LoadBalancer" && !hasAddress(object)) {
    return waiting(
      "Service was not allocated an IP address; does your cloud provider support this?",
    );
  }
  return ready;
}

export function ingressVerdict(object: JsonObject): Verdict {
  if (hasAddress(object)) return ready;
  return waiting("Ingress was not allocated an IP address; is an ingress controller running?");
}
