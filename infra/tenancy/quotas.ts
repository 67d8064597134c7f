import type { ModelsSection } from "../../config/schema.ts";
import { gpuResource, type Growth, type NamespaceRole } from "../cluster.ts";

/** What a namespace may hold at most, as a ResourceQuota states it. */
export type Ceiling = Readonly<Record<string, string>>;

/** Pods that a namespace may hold however small its services are. */
const leastPods = {
  data: 30,
  api: 30,
  workers: 100,
  autoscaling: 10,
  ops: 30,
  nodeAgents: 10,
  edge: 10,
} as const satisfies Record<NamespaceRole, number>;

/** While a rollout lasts, old and new pods are there together. */
const rollout = 2;

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}

/**
 * A ceiling against a runaway controller, not a sizing: pods above the highest autoscaling bounds, and no
 * Service that would buy a load balancer but the services' own.
 */
export function platformCeiling(role: NamespaceRole, growth: readonly Growth[]): Ceiling {
  const own = growth.filter((service) => service.role === role);
  const pods = rollout * total(own.map((service) => service.pods));
  const gpuSlices = own.flatMap((service) => service.gpuSlices ?? []);
  const nodePorts = total(own.map((service) => service.nodePorts ?? 0));
  return {
    pods: String(Math.max(leastPods[role], pods)),
    "services.loadbalancers": String(total(own.map(({ loadBalancers = 0 }) => loadBalancers))),
    ...(role === "workers" ? { "services.nodeports": String(nodePorts) } : {}),
    ...(gpuSlices.length > 0 ? slices(total(gpuSlices)) : {}),
  };
}

/** Extended resources cannot be overcommitted, so that Kubernetes knows a quota of requests alone. */
function slices(count: number): Ceiling {
  return { [`requests.${gpuResource}`]: String(count) };
}

/** A promise and a ceiling at once: a service may reserve all that it may use (seed 004). */
export function modelCeiling({ cpu, memory, gpuSlices }: ModelsSection["stt"]): Ceiling {
  return {
    "requests.cpu": cpu,
    "limits.cpu": cpu,
    "requests.memory": memory,
    "limits.memory": memory,
    ...slices(gpuSlices),
    "services.loadbalancers": "0",
    "services.nodeports": "0",
  };
}
