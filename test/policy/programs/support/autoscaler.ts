import * as k8s from "@pulumi/kubernetes";
import type { types } from "@pulumi/kubernetes";
import { onCluster } from "./cluster.ts";
import { metadata } from "./namespace.ts";

/** Of two to six pods by their share of the CPU; `changes` replace fields of its spec. */
export function autoscaler(
  changes: Partial<types.input.autoscaling.v2.HorizontalPodAutoscalerSpec> = {},
): void {
  const target = { type: "Utilization", averageUtilization: 70 };
  new k8s.autoscaling.v2.HorizontalPodAutoscaler(
    "cart",
    {
      metadata: metadata("cart"),
      spec: {
        scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "cart" },
        minReplicas: 2,
        maxReplicas: 6,
        metrics: [{ type: "Resource", resource: { name: "cpu", target } }],
        ...changes,
      },
    },
    onCluster,
  );
}
