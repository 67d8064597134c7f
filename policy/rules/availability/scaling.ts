import { numberAt, textAt } from "../../kit/json.ts";
import { isPatch, namespaceOf, isKind, titleOf, type Subject } from "../../kit/subject.ts";
import { idOf, membersOf, workloadsOf, type Workload } from "./parts.ts";

/** What changes how many pods a workload has. */
export interface Autoscaler {
  readonly part: "autoscaler";
  readonly subject: Subject;
  /** Id of what it scales; undefined where it names nothing. */
  readonly target: string | undefined;
  readonly min: number;
  readonly max: number;
}

const autoscaler = "autoscaling/HorizontalPodAutoscaler";
const scaledObject = "keda.sh/ScaledObject";

export function autoscalerSubjects(subject: Subject): Subject[] {
  return isPatch(subject) ? [] : membersOf(subject, autoscaler, scaledObject);
}

/** KEDA's own kind: it may scale to nothing. */
export function isScaledObject(subject: Subject): boolean {
  return isKind(subject, scaledObject);
}

export function targetOf(subject: Subject): string | undefined {
  const at = (key: string) => textAt(subject.props, "spec", "scaleTargetRef", key);
  const byKeda = isScaledObject(subject);
  const kind = at("kind") ?? (byKeda ? "Deployment" : undefined);
  const version = at("apiVersion") ?? (byKeda ? "apps/v1" : "");
  const name = at("name");
  if (kind === undefined || name === undefined) return undefined;
  const group = version.includes("/") ? version.replace(/\/.*$/, "") : "";
  return idOf(namespaceOf(subject.props), group, kind, name);
}

/** Between how many pods it moves, with the defaults of its kind: an HPA has no default for the most. */
function boundsOf(subject: Subject): { min: number; max: number } {
  const [lowest, highest, min, max] = isScaledObject(subject)
    ? (["minReplicaCount", "maxReplicaCount", 0, 100] as const)
    : (["minReplicas", "maxReplicas", 1, 0] as const);
  return {
    min: numberAt(subject.props, "spec", lowest) ?? min,
    max: numberAt(subject.props, "spec", highest) ?? max,
  };
}

export function autoscalersOf(subject: Subject): Autoscaler[] {
  return autoscalerSubjects(subject).map((member) => ({
    part: "autoscaler",
    subject: member,
    target: targetOf(member),
    ...boundsOf(member),
  }));
}

/** A workload with the number of pods that it asks for itself. */
export interface Sized extends Workload {
  readonly replicas: number | undefined;
}

/** What decides how many pods there are, as far as a resource says it. */
export function scaledParts(subject: Subject): (Sized | Autoscaler)[] {
  const workloads = workloadsOf(subject).map((workload) => ({
    ...workload,
    replicas: numberAt(workload.subject.props, "spec", "replicas"),
  }));
  return [...workloads, ...autoscalersOf(subject)];
}

/** A workload, and between how many pods it has. */
export interface Scaled {
  readonly workload: Workload;
  readonly min: number;
  readonly max: number;
  /** For messages: `2 pods`, or `1 to 5 pods by HorizontalPodAutoscaler shop/cart`. */
  readonly pods: string;
}

/** Each workload with the autoscaler that owns its size, if one does. */
export function scaledOf(
  parts: readonly (Sized | Autoscaler | { readonly part: "budget" })[],
): Scaled[] {
  const owners = new Map(
    parts.flatMap((part) => (part.part === "autoscaler" ? [[part.target, part] as const] : [])),
  );
  return parts
    .filter((part) => part.part === "workload")
    .map((workload) => {
      const owner = workload.id === undefined ? undefined : owners.get(workload.id);
      const count = workload.replicas ?? 1;
      if (owner === undefined) return { workload, min: count, max: count, pods: `${count} pods` };
      const { min, max } = owner;
      return { workload, min, max, pods: `${min} to ${max} pods by ${titleOf(owner.subject)}` };
    });
}
