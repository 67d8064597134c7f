import { Type } from "typebox";
import { Conditions, kind, Metadata, OptionalCount, oneOf, samples } from "./kind.ts";

const Autoscaler = Type.Object({
  metadata: Metadata,
  spec: Type.Object({ minReplicas: OptionalCount, maxReplicas: Type.Integer() }),
  status: Type.Object({
    currentReplicas: OptionalCount,
    desiredReplicas: OptionalCount,
    conditions: Conditions,
  }),
});

const name = "kube_horizontalpodautoscaler_status_condition";

export const autoscalers = [
  kind("/apis/autoscaling/v2", "horizontalpodautoscalers", {
    schema: Autoscaler,
    samples: ({ metadata, spec, status }) => {
      const labels = { namespace: metadata.namespace, horizontalpodautoscaler: metadata.name };
      return [
        ...samples(labels, {
          kube_horizontalpodautoscaler_spec_min_replicas: spec.minReplicas,
          kube_horizontalpodautoscaler_spec_max_replicas: spec.maxReplicas,
          kube_horizontalpodautoscaler_status_current_replicas: status.currentReplicas ?? 0,
          kube_horizontalpodautoscaler_status_desired_replicas: status.desiredReplicas ?? 0,
        }),
        ...(status.conditions ?? []).flatMap(({ type, status: is }) =>
          oneOf(
            name,
            { ...labels, condition: type },
            { label: "status", is: is.toLowerCase(), of: ["true", "false", "unknown"] },
          ),
        ),
      ];
    },
  }),
];
