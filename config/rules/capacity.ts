import { podsPerNode, roomOn, type Amounts } from "../allocatable.ts";
import { cpuPoolsOf } from "../cpu-pools.ts";
import { encodes } from "../gpu-catalogue.ts";
import { gpuPoolsOf, type GpuPoolSpec } from "../gpu-pools.ts";
import type { Problem } from "../problem.ts";
import type { ConfigValues } from "../schema.ts";
import { tierRequest } from "../tiers.ts";
import { parseQuantity } from "../units.ts";
import { activeSections, when, type Rule } from "./rule.ts";

/** What replicas may need, against what pools may grow to: less than their machines' labels (config/allocatable.ts). */

const gib = 2 ** 30;

/** `7.11 cores, 24.3 GiB of memory and 43.8 GiB of disk`. */
function amountsText({ cpu, memory, disk }: Amounts): string {
  const rounded = (value: number, digits: number): string =>
    String(Math.floor(value * 10 ** digits) / 10 ** digits);
  const space = disk > 0 ? ` and ${rounded(disk / gib, 1)} GiB of disk` : "";
  return `${rounded(cpu, 2)} cores, ${rounded(memory / gib, 1)} GiB of memory${space}`;
}

function amounts(request: { cpu: string; memory: string }, scratch?: string): Amounts {
  return {
    cpu: parseQuantity(request.cpu),
    memory: parseQuantity(request.memory),
    disk: scratch === undefined ? 0 : parseQuantity(scratch),
  };
}

/** The autoscaler would ask for pods that no pool of theirs can ever take. */
export const cpuWorkersFitThePools: Rule = (config) => {
  const { cloud } = activeSections(config);
  if (cloud === undefined) return [];
  const { requests, tiers, slots, workDirectory, replicas } = config.workers.cpu;
  const pod = amounts(requests ?? tierRequest(tiers, slots), workDirectory);
  // One alone must hold them all: what brings nodes on demand is that there is no spot capacity.
  return cpuPoolsOf(config)
    .slice(0, 1)
    .flatMap(({ machine, maxNodes, diskGi }) => {
      const room = roomOn({ cloud, machine, diskGi, hasGpu: false });
      if (room === undefined) return [];
      const each = podsPerNode(room, pod);
      return when(each * maxNodes < replicas.max, () => ({
        path: "workers.cpu.replicas.max",
        problem: `must be at most ${each * maxNodes}, what ${maxNodes} nodes of ${cloud}.workers hold (it is ${replicas.max}; a ${machine} has ${amountsText(room)} for pods, a worker requests ${amountsText(pod)}, so ${each} fit on a node)`,
        remedy: workersRemedy(cloud, each, replicas.max),
      }));
    });
};

function workersRemedy(cloud: string, each: number, most: number): string {
  return each === 0
    ? `choose a larger ${cloud}.workers.machine or diskGi, or lower workers.cpu.requests or workDirectory`
    : `raise ${cloud}.workers.maxNodes to ${Math.ceil(most / each)}, choose a larger machine, or lower it`;
}

interface Pods {
  readonly pod: Amounts;
  readonly count: number;
}

/** What runs on the system pool at most: one pod more of what has no state, because a rollout adds before it takes away. */
function systemPods({
  edge,
  api,
  webhooks,
  egress,
  postgres,
  redis,
  rabbitmq,
  monitoring,
  logs,
  tracing,
}: ConfigValues): Pods[] {
  const servers = postgres.managed === undefined ? postgres.replicas : 0;
  return [
    { pod: amounts(edge.resources.requests), count: edge.enabled ? edge.replicas.max + 1 : 0 },
    { pod: amounts(api.resources.requests), count: api.replicas.max + 1 },
    {
      pod: amounts(webhooks.resources.requests),
      count: webhooks.enabled ? webhooks.replicas.max + 1 : 0,
    },
    {
      pod: amounts(egress.resources.requests),
      count: egress.enabled ? egress.replicas.max + 1 : 0,
    },
    {
      pod: amounts(egress.livekit.resources.requests),
      count: egress.enabled && egress.livekit.enabled ? 1 : 0,
    },
    {
      pod: amounts(egress.web.resources.requests),
      count: egress.enabled && egress.web.enabled ? egress.web.replicas.max + 1 : 0,
    },
    {
      pod: amounts(egress.proxy.resources.requests),
      count: egress.enabled ? egress.proxy.replicas.max + 1 : 0,
    },
    { pod: amounts(redis.resources.requests), count: 1 },
    { pod: amounts(postgres.resources.requests), count: servers },
    { pod: amounts(rabbitmq.resources.requests), count: rabbitmq.replicas },
    ...monitoringPods(monitoring),
    ...logsPods(logs),
    { pod: amounts(tracing.resources.requests), count: tracing.enabled ? 1 : 0 },
  ];
}

/** Prometheus, and small ones: Alertmanager and the exporters. */
function monitoringPods({ enabled, kind, resources }: ConfigValues["monitoring"]): Pods[] {
  if (!enabled) return [];
  const small = { pod: amounts({ cpu: "20m", memory: "96Mi" }), count: 4 };
  return kind === "own" ? [{ pod: amounts(resources.requests), count: 1 }, small] : [small];
}

/** VictoriaLogs; its agents are on all nodes, and small. */
function logsPods({ enabled, kind, resources }: ConfigValues["logs"]): Pods[] {
  return enabled && kind === "own" ? [{ pod: amounts(resources.requests), count: 1 }] : [];
}

/** Nodes that these pods need when each goes to the first node with room, large ones first. */
function nodesNeeded(pods: readonly Pods[], room: Amounts): number {
  const sorted = pods
    .flatMap(({ pod, count }) => Array.from({ length: count }, () => pod))
    .toSorted((a, b) => b.cpu - a.cpu || b.memory - a.memory);
  const nodes: { cpu: number; memory: number }[] = [];
  for (const { cpu, memory } of sorted) {
    const node = nodes.find((free) => free.cpu >= cpu && free.memory >= memory);
    if (node === undefined) nodes.push({ cpu: room.cpu - cpu, memory: room.memory - memory });
    else Object.assign(node, { cpu: node.cpu - cpu, memory: node.memory - memory });
  }
  return nodes.some(({ cpu, memory }) => cpu < 0 || memory < 0) ? Infinity : nodes.length;
}

/** Otherwise the last API pods wait, or the broker does. */
export const servicesFitTheSystemPool: Rule = (config) => {
  const { cloud, gke, eks } = activeSections(config);
  const system = (gke ?? eks)?.system;
  if (cloud === undefined || system === undefined) return [];
  const { machine, diskGi, maxNodes } = system;
  const room = roomOn({ cloud, machine, diskGi, hasGpu: false });
  if (room === undefined) return [];
  const needed = nodesNeeded(systemPods(config), room);
  const path = `${cloud}.system`;
  return [
    ...when(needed === Infinity, () => ({
      path: `${path}.machine`,
      problem: `must hold the largest pod of the services (a ${machine} has ${amountsText({ ...room, disk: 0 })} for pods)`,
      remedy: "choose a larger machine, or lower the requests of the services",
    })),
    ...when(needed !== Infinity && needed > maxNodes, () => ({
      path: `${path}.maxNodes`,
      problem: `must be at least ${needed} (it is ${maxNodes}; ${config.api.replicas.max} API pods, the webhook senders, the database, the broker and the cache do not fit on fewer ${machine}, each with ${amountsText({ ...room, disk: 0 })} for pods)`,
      remedy: "raise it, choose a larger machine, or lower api.replicas.max",
    })),
  ];
};

function slicesProblem(pool: GpuPoolSpec, config: ConfigValues): Problem[] {
  const { cloud } = activeSections(config);
  if (cloud === undefined) return [];
  const { name, machine, diskGi, gpusPerNode, slicesPerGpu } = pool;
  const room = roomOn({ cloud, machine, diskGi, hasGpu: true });
  if (room === undefined) return [];
  const { resources, workDirectory } = config.workers.nvenc;
  const worker = amounts(resources.requests, workDirectory);
  const slices = gpusPerNode * slicesPerGpu;
  const fit = podsPerNode(room, worker);
  return when(fit < slices, () => ({
    path: "workers.nvenc",
    problem: `must fit ${slices} times on a node of pool "${name}", once for each slice, and fits ${fit} times (a ${machine} with ${diskGi} GiB of disk has ${amountsText(room)} for pods, a worker requests ${amountsText(worker)})`,
    remedy: `lower workers.nvenc.resources.requests or workDirectory, lower slicesPerGpu of the pool, or give it a larger machine or diskGi`,
  }));
}

/** A slice whose worker finds no cores, memory or disk on the node is paid for and stays empty. */
export const slicesFitTheirNodes: Rule = (config) =>
  config.workers.nvenc.replicas.max === 0
    ? []
    : gpuPoolsOf(config)
        .filter(({ gpu }) => encodes(gpu))
        .flatMap((pool) => slicesProblem(pool, config));

/** Only a warning: nothing says that such a machine is too small. */
export const machineSizesAreKnown: Rule = (config) => {
  const { cloud, gke, eks } = activeSections(config);
  const section = gke ?? eks;
  if (cloud === undefined || section === undefined) return [];
  return (["system", "workers"] as const).flatMap((pool) => {
    const { machine, diskGi } = section[pool];
    const room = roomOn({ cloud, machine, diskGi, hasGpu: false });
    return when(room === undefined, () => ({
      path: `${cloud}.${pool}.machine`,
      problem: `has no size in config/machine-sizes.ts (it is "${machine}"), so that nothing checks whether the pods fit`,
      remedy: "compare what its nodes have with what the pods request, or add its size",
    }));
  });
};
