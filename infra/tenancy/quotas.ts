import type { ModelsSection } from "../../config/schema.ts";
import { gpuResource, type NamespaceRole } from "../cluster.ts";

/** What a namespace may hold at most, as a ResourceQuota states it. */
export type Ceiling = Readonly<Record<string, string>>;

export interface PlatformSize {
  /** Pods at most of the API, and of all workers together. */
  readonly pods: { readonly api: number; readonly workers: number };
  /** Load balancers that the API has. */
  readonly loadBalancers: number;
  /** GPU slices that the workers may take together; unset where there are no GPU nodes. */
  readonly workerSlices?: number | undefined;
}

/** While a rollout lasts, old and new pods are there together. */
const rollout = 2;

function podCeiling(least: number, pods: number): string {
  return String(Math.max(least, rollout * pods));
}

/**
 * Ceilings against a runaway controller, not a sizing: pods above the highest autoscaling bounds, and no
 * Service that would buy a load balancer but the API's own.
 */
export function platformCeilings({
  pods,
  loadBalancers,
  workerSlices,
}: PlatformSize): Readonly<Record<NamespaceRole, Ceiling>> {
  return {
    data: { pods: "30", "services.loadbalancers": "0" },
    api: { pods: podCeiling(30, pods.api), "services.loadbalancers": String(loadBalancers) },
    workers: {
      pods: podCeiling(100, pods.workers),
      "services.loadbalancers": "0",
      "services.nodeports": "0",
      ...(workerSlices === undefined ? {} : slices(workerSlices)),
    },
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
