import type { TestResource } from "../kit/evaluate.ts";
import { withFields } from "../kit/change.ts";
import { deployment, kindsWithPods, objectOf, podSpec } from "../kit/workloads.ts";

type Fields = Readonly<Record<string, unknown>>;

export const selector = { matchLabels: { "app.kubernetes.io/name": "cart" } };
/** Selects nothing of the shop. */
export const otherSelector = { matchLabels: { "app.kubernetes.io/name": "till" } };

export const statefulSet = kindsWithPods["StatefulSet"]!(podSpec());
export const daemonSet = kindsWithPods["DaemonSet"]!(podSpec());

/** A Deployment of so many pods; undefined leaves the number to others. */
export function sized(replicas: unknown, resource: TestResource = deployment()): TestResource {
  return withFields(resource, { "spec.replicas": replicas });
}

/** A Deployment whose number of pods an autoscaler owns. */
export const autoscaled = sized(undefined);

export function budget(changes: Fields = {}, metadata: Fields = {}): TestResource {
  const spec = { maxUnavailable: 1, unhealthyPodEvictionPolicy: "AlwaysAllow", selector };
  return objectOf("policy/PodDisruptionBudget", { spec: { ...spec, ...changes } }, metadata);
}

/** A budget by the other of its two limits. */
export function least(minAvailable: unknown): TestResource {
  return budget({ maxUnavailable: undefined, minAvailable });
}

const target = { averageUtilization: 70, type: "Utilization" };

export function autoscaler(changes: Fields = {}, metadata: Fields = {}): TestResource {
  const spec = {
    scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "cart" },
    minReplicas: 2,
    maxReplicas: 6,
    metrics: [{ type: "Resource", resource: { name: "cpu", target } }],
    ...changes,
  };
  return objectOf("autoscaling/HorizontalPodAutoscaler", { spec }, metadata);
}

/** An autoscaler by what waits. */
export function queueScaler(changes: Fields = {}, metadata: Fields = {}): TestResource {
  const spec = {
    scaleTargetRef: { name: "cart" },
    minReplicaCount: 0,
    maxReplicaCount: 6,
    triggers: [{ type: "rabbitmq", metadata: { queueName: "orders", value: "10" } }],
    ...changes,
  };
  return objectOf("keda.sh/ScaledObject", { spec }, metadata);
}

/** An autoscaler of something else than the Deployment `cart`. */
export function scaling(kind: string, name: unknown = "cart", apiVersion = "apps/v1") {
  return autoscaler({ scaleTargetRef: { apiVersion, kind, name } });
}

export function service(changes: Fields = {}, metadata: Fields = {}): TestResource {
  const ports = [{ name: "http", port: 80, targetPort: "http" }];
  const spec = { selector: selector.matchLabels, ports, ...changes };
  return objectOf("Service", { spec }, metadata);
}

/** The same as a change of an object that is made elsewhere. */
export function patchOf(resource: TestResource): TestResource {
  return { ...resource, type: `${resource.type}Patch` };
}
