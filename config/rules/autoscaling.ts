import { loadFigures, memoryTarget, type LoadFigures } from "../load-figures.ts";
import type { Problem } from "../problem.ts";
import type { ConfigValues, ReplicaBounds } from "../schema.ts";
import { tierRequest } from "../tiers.ts";
import { compareQuantities, parseQuantity } from "../units.ts";
import { when, type Rule } from "./rule.ts";

/** Targets of autoscalers, against what pods use. */

interface Scaled {
  /** Of the section with the replicas. */
  readonly path: string;
  /** Of the request that a percentage is of. */
  readonly requestPath: string;
  readonly replicas: ReplicaBounds;
  readonly cpu: string;
  /** Memory limit, where memory is a target. */
  readonly memoryLimit?: string;
  readonly figures: LoadFigures;
}

function gpuWorkers(flavour: "nvenc" | "vaapi", { workers }: ConfigValues): Scaled {
  const { replicas, resources } = workers[flavour];
  const path = `workers.${flavour}`;
  const { cpu } = resources.requests;
  const requestPath = `${path}.resources.requests.cpu`;
  return { path, requestPath, replicas, cpu, figures: loadFigures.gpuWorkers };
}

function scaled(config: ConfigValues): Scaled[] {
  const { api, autoscaling, egress, webhooks } = config;
  return [
    {
      path: "api",
      requestPath: "api.resources.requests.cpu",
      replicas: api.replicas,
      cpu: api.resources.requests.cpu,
      memoryLimit: api.resources.limits.memory,
      figures: loadFigures.api,
    },
    {
      path: "webhooks",
      requestPath: "webhooks.resources.requests.cpu",
      replicas: webhooks.replicas,
      cpu: webhooks.resources.requests.cpu,
      memoryLimit: webhooks.resources.limits.memory,
      figures: loadFigures.webhooks,
    },
    ...(egress.enabled ? scaledEgress(egress) : []),
    // What waits moves the number of workers: what they use says nothing then.
    ...(autoscaling.enabled ? [] : scaledWorkers(config)),
  ].filter(({ replicas: { min, max } }) => min < max);
}

function scaledEgress({ proxy, ...recorders }: ConfigValues["egress"]): Scaled[] {
  const parts = [
    { path: "egress", figures: loadFigures.egress, ...recorders },
    { path: "egress.proxy", figures: loadFigures.egressProxy, ...proxy },
  ];
  return parts.map(({ path, figures, replicas, resources }) => ({
    ...{ path, figures, replicas },
    requestPath: `${path}.resources.requests.cpu`,
    cpu: resources.requests.cpu,
    memoryLimit: resources.limits.memory,
  }));
}

function scaledWorkers(config: ConfigValues): Scaled[] {
  const { requests, tiers, slots, replicas } = config.workers.cpu;
  return [
    {
      path: "workers.cpu",
      requestPath: "workers.cpu.requests.cpu",
      replicas,
      cpu: (requests ?? tierRequest(tiers, slots)).cpu,
      figures: loadFigures.cpuWorkers,
    },
    gpuWorkers("nvenc", config),
    gpuWorkers("vaapi", config),
  ];
}

/** Cores at which an autoscaler adds pods. */
function targetCores({ cpu, figures }: Scaled): number {
  return (parseQuantity(cpu) * figures.cpuPercent) / 100;
}

function cores(amount: number): string {
  return `${Math.round(amount * 1000)}m`;
}

/** An autoscaler whose target idle pods exceed goes to its highest number, and never comes back. */
function pinned(app: Scaled): Problem[] {
  const { requestPath, cpu, figures, memoryLimit, path } = app;
  const target = targetCores(app);
  const percent = "memoryPercentOfLimit" in figures ? figures.memoryPercentOfLimit : undefined;
  const memory =
    percent === undefined || memoryLimit === undefined
      ? undefined
      : memoryTarget(memoryLimit, percent);
  return [
    ...when(parseQuantity(figures.quiet.cpu) >= target, () => ({
      path: requestPath,
      problem: `must be more than ${cores((parseQuantity(figures.quiet.cpu) * 100) / figures.cpuPercent)} (it is ${cpu}: the autoscaler adds pods above ${figures.cpuPercent} % of it, ${cores(target)}, and a pod with nothing to do uses ${figures.quiet.cpu})`,
      remedy: `raise it, or set ${path}.replicas.min and max to the same number`,
    })),
    ...when(memory !== undefined && compareQuantities(figures.quiet.memory, memory) >= 0, () => ({
      path: `${path}.resources.limits.memory`,
      problem: `must leave room below the autoscaler's guard (it is ${memoryLimit ?? ""}: pods are added above ${percent ?? 0} % of it, ${memory ?? ""}, and a pod with nothing to do uses ${figures.quiet.memory})`,
      remedy: `raise it, or set ${path}.replicas.min and max to the same number`,
    })),
  ];
}

/** The controller changes nothing within a tenth of a target (Kubernetes, horizontal-pod-autoscaler-tolerance). */
const tolerance = 1.1;

/** An autoscaler whose target pods at work do not reach never adds one. */
function idle(app: Scaled): Problem[] {
  const { requestPath, cpu, figures, path } = app;
  const { busyCpu } = figures;
  const target = targetCores(app);
  return when(busyCpu !== undefined && parseQuantity(busyCpu) <= tolerance * target, () => ({
    path: requestPath,
    problem: `must be less than ${cores((parseQuantity(busyCpu ?? "0") * 100) / figures.cpuPercent / tolerance)} (it is ${cpu}: the autoscaler adds pods above ${figures.cpuPercent} % of it and a tenth more, ${cores(tolerance * target)}, and a pod at work uses ${busyCpu ?? ""})`,
    remedy: `lower it, or set ${path}.replicas.min and max to the same number`,
  }));
}

export const autoscalersFollowTheLoad: Rule = (config) =>
  scaled(config).flatMap((app) => [...pinned(app), ...idle(app)]);
