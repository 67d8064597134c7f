import { Type, type Static } from "typebox";
import { Value } from "typebox/value";
import type { Registration } from "./mocks.ts";

const metadata = Type.Object({ name: Type.String(), namespace: Type.String() });
const matchLabels = Type.Object({ matchLabels: Type.Record(Type.String(), Type.String()) });

const Replicated = Type.Object({
  metadata,
  spec: Type.Object({ replicas: Type.Optional(Type.Integer()), selector: matchLabels }),
});
const Autoscaler = Type.Object({
  metadata,
  spec: Type.Object({
    scaleTargetRef: Type.Object({ kind: Type.String(), name: Type.String() }),
    minReplicas: Type.Integer(),
    maxReplicas: Type.Integer(),
  }),
});
const QueueScaler = Type.Object({
  metadata,
  spec: Type.Object({
    scaleTargetRef: Type.Object({ kind: Type.String(), name: Type.String() }),
    minReplicaCount: Type.Integer(),
    maxReplicaCount: Type.Integer(),
  }),
});
const Budget = Type.Object({ metadata, spec: Type.Object({ selector: matchLabels }) });

type Metadata = Static<typeof metadata>;

/** Pods that are alike, and who says how many. */
export interface Scaled {
  /** `namespace/name`. */
  readonly name: string;
  readonly kind: string;
  /** As the workload itself states them; undefined leaves the number to an autoscaler. */
  readonly replicas: number | undefined;
  readonly bounds: { readonly min: number; readonly max: number } | undefined;
  readonly hasBudget: boolean;
}

function nameOf({ namespace, name }: Metadata): string {
  return `${namespace}/${name}`;
}

function ofKind(resources: readonly Registration[], kind: string): unknown[] {
  return resources.filter(({ type }) => type.endsWith(`:${kind}`)).map(({ inputs }) => inputs);
}

function queueScalers(resources: readonly Registration[]) {
  return ofKind(resources, "ScaledObject").map((inputs) => {
    const { metadata: own, spec } = Value.Parse(QueueScaler, inputs);
    const { scaleTargetRef: target, minReplicaCount: min, maxReplicaCount: max } = spec;
    return { target: `${target.kind} ${own.namespace}/${target.name}`, bounds: { min, max } };
  });
}

function autoscalers(resources: readonly Registration[]) {
  return ofKind(resources, "HorizontalPodAutoscaler").map((inputs) => {
    const { metadata: own, spec } = Value.Parse(Autoscaler, inputs);
    const { scaleTargetRef: target, minReplicas: min, maxReplicas: max } = spec;
    return { target: `${target.kind} ${own.namespace}/${target.name}`, bounds: { min, max } };
  });
}

function budgets(resources: readonly Registration[]) {
  return ofKind(resources, "PodDisruptionBudget").map((inputs) => {
    const { metadata: own, spec } = Value.Parse(Budget, inputs);
    return { namespace: own.namespace, labels: spec.selector.matchLabels };
  });
}

/** Every Deployment and StatefulSet, with its autoscaler and whether a budget selects its pods. */
export function scaledOf(resources: readonly Registration[]): Scaled[] {
  const scalers = [...autoscalers(resources), ...queueScalers(resources)];
  const limits = budgets(resources);
  return ["Deployment", "StatefulSet"].flatMap((kind) =>
    ofKind(resources, kind).map((inputs) => {
      const { metadata: own, spec } = Value.Parse(Replicated, inputs);
      const name = nameOf(own);
      return {
        name,
        kind,
        replicas: spec.replicas,
        bounds: scalers.find(({ target }) => target === `${kind} ${name}`)?.bounds,
        hasBudget: limits.some(
          ({ namespace, labels }) =>
            namespace === own.namespace && Value.Equal(labels, spec.selector.matchLabels),
        ),
      };
    }),
  );
}
