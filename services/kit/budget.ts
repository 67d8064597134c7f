import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { metadata, selectorLabels, type App } from "./app.ts";

/** Whether a disruption budget can hold: with one replica it would block every drain. */
export function needsBudget(replicas: number): boolean {
  return replicas >= 2;
}

/** One pod at a time may be evicted; broken ones at any time, or they would block the drain of their node. */
export function limitDisruption(name: string, app: App, parent: pulumi.Resource): void {
  new k8s.policy.v1.PodDisruptionBudget(
    `${name}-budget`,
    {
      metadata: metadata(app),
      spec: {
        maxUnavailable: 1,
        unhealthyPodEvictionPolicy: "AlwaysAllow",
        selector: { matchLabels: selectorLabels(app) },
      },
    },
    { parent },
  );
}
