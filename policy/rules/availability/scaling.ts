import { numberAt, textAt } from "../../kit/json.ts";
import type { Found } from "../../kit/stack-rule.ts";
import { isPatch, namespaceOf, isKind, titleOf, type Subject } from "../../kit/subject.ts";
import { idOf, workloadsOf, type Workload } from "./parts.ts";

/** What changes how many pods a workload has. */
export interface Scaler {
  readonly subject: Subject;
  readonly namespace: string;
  /** Id of what it scales; undefined where it names nothing. */
  readonly target: string | undefined;
}

interface ScalerKind {
  readonly kind: string;
  /** What is scaled where the object does not say. */
  readonly target?: { readonly kind: string; readonly apiVersion: string };
  readonly min: readonly [key: string, unsaid: number];
  readonly max: readonly [key: string, unsaid: number];
  /** Whether it may leave no pod at all, because something else than pods is measured. */
  readonly wakes: boolean;
}

/** https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/horizontal-pod-autoscaler-v2/ and https://keda.sh/docs/2.21/reference/scaledobject-spec/ */
const scalerKinds: readonly ScalerKind[] = [
  {
    kind: "autoscaling/HorizontalPodAutoscaler",
    min: ["minReplicas", 1],
    max: ["maxReplicas", 0],
    wakes: false,
  },
  {
    kind: "keda.sh/ScaledObject",
    target: { kind: "Deployment", apiVersion: "apps/v1" },
    min: ["minReplicaCount", 0],
    max: ["maxReplicaCount", 100],
    wakes: true,
  },
];

function kindOf(subject: Subject): ScalerKind | undefined {
  return isPatch(subject) ? undefined : scalerKinds.find(({ kind }) => isKind(subject, kind));
}

function targetOf(
  { props }: Subject,
  { target }: ScalerKind,
  namespace: string,
): string | undefined {
  const field = (key: "kind" | "name" | "apiVersion") =>
    textAt(props, "spec", "scaleTargetRef", key);
  const [kind, name] = [field("kind") ?? target?.kind, field("name")];
  if (kind === undefined || name === undefined) return undefined;
  const [, group = ""] = /^(.*)\//.exec(field("apiVersion") ?? target?.apiVersion ?? "") ?? [];
  return idOf(namespace, group, kind, name);
}

export function scalersOf(subject: Subject): Scaler[] {
  const kind = kindOf(subject);
  if (kind === undefined) return [];
  const namespace = namespaceOf(subject.props);
  return [{ subject, namespace, target: targetOf(subject, kind, namespace) }];
}

/** With the numbers of pods between which it moves; an HPA has no default for the most. */
export interface Autoscaler extends Scaler, Pick<ScalerKind, "wakes"> {
  readonly min: number;
  readonly max: number;
}

export function autoscalersOf(subject: Subject): Autoscaler[] {
  const kind = kindOf(subject);
  if (kind === undefined) return [];
  const bound = ([key, unsaid]: ScalerKind["min"]) =>
    numberAt(subject.props, "spec", key) ?? unsaid;
  const { wakes, min, max } = kind;
  return scalersOf(subject).map((scaler) => ({
    ...scaler,
    wakes,
    min: bound(min),
    max: bound(max),
  }));
}

interface ScaledParts<Pods extends Workload = Workload> {
  readonly workloads: readonly (Pods & { readonly replicas: number })[];
  readonly autoscalers: readonly Autoscaler[];
}

/** What decides how many pods there are, as far as a resource says it. */
export function scaledParts(subject: Subject): ScaledParts {
  return {
    workloads: workloadsOf(subject).map((workload) => ({
      ...workload,
      replicas: numberAt(subject.props, "spec", "replicas") ?? 1,
    })),
    autoscalers: autoscalersOf(subject),
  };
}

/** A workload, and between how many pods it has. */
export interface Scaled<Pods extends Workload = Workload> {
  readonly workload: Pods;
  readonly min: number;
  readonly max: number;
  /** For messages: `2 pods`, or `1 to 5 pods by HorizontalPodAutoscaler shop/cart`. */
  readonly pods: string;
}

/** Each workload with the autoscaler that owns its size, if one does. */
export function scaledOf<Pods extends Workload>(
  found: readonly Found<ScaledParts<Pods>>[],
): Scaled<Pods>[] {
  const autoscalers = found.flatMap(({ fact }) => fact.autoscalers);
  const owners = new Map(autoscalers.map((owner) => [owner.target, owner]));
  return found.flatMap(({ fact }) =>
    fact.workloads.map((workload) => {
      const { id, replicas: count } = workload;
      const owner = id === undefined ? undefined : owners.get(id);
      if (owner === undefined) return { workload, min: count, max: count, pods: `${count} pods` };
      const { min, max } = owner;
      return { workload, min, max, pods: `${min} to ${max} pods by ${titleOf(owner.subject)}` };
    }),
  );
}
