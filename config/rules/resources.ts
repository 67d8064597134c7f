import type { ConfigValues, Resources } from "../schema.ts";
import { tierRequest, tierSize } from "../tiers.ts";
import { compareQuantities } from "../units.ts";
import type { Rule } from "./rule.ts";

/** What pods set aside and what they may use. */

/** The resources of every service and of every flavour of worker that states its own. */
function podResources({ workers, ...services }: ConfigValues): [string, Resources][] {
  const flavours = Object.entries(workers).map(
    ([flavour, section]) => [`workers.${flavour}`, section] as const,
  );
  return [...Object.entries(services), ...flavours].flatMap(([path, section]) =>
    typeof section === "object" && "resources" in section
      ? [[`${path}.resources`, section.resources]]
      : [],
  );
}

/** Kubernetes refuses a pod whose request is above its limit, but only after a deployment has begun. */
export const requestsFitLimits: Rule = (config) =>
  podResources(config).flatMap(([path, { requests, limits }]) =>
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
  const { requests = tierRequest(cpu.tiers, cpu.slots) } = cpu;
  return (["cpu", "memory"] as const)
    .filter((kind) => kind === "memory" || cpu.limitCpu)
    .filter((kind) => compareQuantities(requests[kind], size[kind]) > 0)
    .map((kind) => ({
      path: `workers.cpu.requests.${kind}`,
      problem: `must be at most the size of the tiers (request is ${requests[kind]}, ${cpu.tiers.join(", ")} with ${cpu.slots} slots have ${size[kind]})`,
      remedy: "lower it, or serve a larger tier",
    }));
};

/** A scratch directory below 1 GiB fails on long uploads, hours into the job. */
export const workDirectoryHoldsAJob: Rule = ({ workers }) =>
  Object.entries(workers)
    .filter(([, { workDirectory }]) => compareQuantities(workDirectory, "1Gi") < 0)
    .map(([flavour, { workDirectory }]) => ({
      path: `workers.${flavour}.workDirectory`,
      problem: `must be at least 1Gi (it is ${workDirectory})`,
      remedy:
        "a job keeps its source and its output there; 10Gi is enough for most jobs, 50Gi for 4K",
    }));
