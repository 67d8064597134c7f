import type { Problem } from "./problem.ts";
import type { ConfigValues, Resources } from "./schema.ts";
import { tierSize } from "./tiers.ts";
import { compareQuantities } from "./units.ts";

type Rule = (config: ConfigValues) => Problem[];

function* podResources(config: ConfigValues): Generator<[string, Resources]> {
  yield ["api.resources", config.api.resources];
  yield ["postgres.resources", config.postgres.resources];
  yield ["redis.resources", config.redis.resources];
  yield ["rabbitmq.resources", config.rabbitmq.resources];
  yield ["objectStore.resources", config.objectStore.resources];
}

/** Kubernetes refuses a pod whose request is above its limit, but only after a deployment has begun. */
export const requestsFitLimits: Rule = (config) =>
  [...podResources(config)].flatMap(([path, { requests, limits }]) =>
    (["cpu", "memory"] as const)
      .filter(
        (kind) => limits[kind] !== "none" && compareQuantities(requests[kind], limits[kind]) > 0,
      )
      .map((kind) => ({
        path: `${path}.requests.${kind}`,
        problem: `must be at most the limit (request is ${requests[kind]}, limit is ${limits[kind]})`,
        remedy: `lower it, or raise ${path}.limits.${kind}`,
      })),
  );

/** The tier is the worker's limit, so a request above it would be refused as well. */
export const workerRequestsFitTier: Rule = ({ workers: { cpu } }) => {
  const size = tierSize(cpu.tiers, cpu.slots);
  const { requests = size } = cpu;
  return (["cpu", "memory"] as const)
    .filter((kind) => kind === "memory" || cpu.limitCpu)
    .filter((kind) => compareQuantities(requests[kind], size[kind]) > 0)
    .map((kind) => ({
      path: `workers.cpu.requests.${kind}`,
      problem: `must be at most what the tiers take (request is ${requests[kind]}, ${cpu.tiers.join(", ")} with ${cpu.slots} slots take ${size[kind]})`,
      remedy: "lower it, or serve a larger tier",
    }));
};

/** Two lost heartbeats must not lose a job: a lease has to outlast three of them. */
export const leaseOutlastsHeartbeats: Rule = ({ api }) =>
  api.leaseSeconds >= 3 * api.heartbeatSeconds
    ? []
    : [
        {
          path: "api.leaseSeconds",
          problem: `must be at least three heartbeats (it is ${api.leaseSeconds}, a heartbeat comes every ${api.heartbeatSeconds} s)`,
          remedy: `set it to ${3 * api.heartbeatSeconds} or more, or lower api.heartbeatSeconds`,
        },
      ];

/** Left for the migration Job, a backup and a person with psql. */
const spareConnections = 10;

/** Twice the replicas: while a rollout lasts, old and new pods are there together. */
export const databaseHoldsThePools: Rule = ({ api, postgres }) => {
  const needed = 2 * api.replicas * api.databasePoolSize + spareConnections;
  return needed <= postgres.maxConnections
    ? []
    : [
        {
          path: "postgres.maxConnections",
          problem: `must be at least ${needed} (it is ${postgres.maxConnections}, and ${api.replicas} API pods with ${api.databasePoolSize} connections each are there twice in a rollout)`,
          remedy: "raise it, or lower api.databasePoolSize",
        },
      ];
};

export const nodePortsDiffer: Rule = ({ local: { ports } }) => {
  const taken = new Map<number, string>();
  return Object.entries(ports).flatMap(([name, port]) => {
    const other = taken.get(port);
    taken.set(port, other ?? name);
    return other === undefined
      ? []
      : [
          {
            path: `local.ports.${name}`,
            problem: `must differ from local.ports.${other} (both are ${port})`,
            remedy: "choose another port from 30000 to 32767",
          },
        ];
  });
};

/** With a cluster of one's own, nothing can be guessed: which context, whose images, which volumes. */
export const ownClusterIsComplete: Rule = ({ local }) => {
  const needed = ["context", "registry", "imageTag", "storageClass"] as const;
  if (local.kubeconfig !== undefined) {
    return needed
      .filter((key) => local[key] === undefined)
      .map((key) => ({
        path: `local.${key}`,
        problem: `is missing, and local.kubeconfig names your own cluster (${local.kubeconfig ?? ""})`,
        remedy: `set local.${key}, or remove local.kubeconfig to use the embedded node`,
      }));
  }
  return needed
    .filter((key) => local[key] !== undefined)
    .map((key) => ({
      path: `local.${key}`,
      problem: `is set (${local[key] ?? ""}), but local.kubeconfig is not`,
      remedy: "set local.kubeconfig to use your own cluster, or remove it",
    }));
};

/** A scratch directory below the seed's 10 GiB fails on long uploads, hours into the job. */
export const workDirectoryHoldsAJob: Rule = ({ workers: { cpu } }) =>
  compareQuantities(cpu.workDirectory, "1Gi") >= 0
    ? []
    : [
        {
          path: "workers.cpu.workDirectory",
          problem: `must be at least 1Gi (it is ${cpu.workDirectory})`,
          remedy: "a job keeps its source and its output there; 10Gi is the default, 50Gi suits 4K",
        },
      ];

export const rules: readonly Rule[] = [
  requestsFitLimits,
  workerRequestsFitTier,
  leaseOutlastsHeartbeats,
  databaseHoldsThePools,
  nodePortsDiffer,
  ownClusterIsComplete,
  workDirectoryHoldsAJob,
];
