import type { Found } from "../../kit/stack-rule.ts";
import { isKind, type Subject } from "../../kit/subject.ts";
import {
  autoScalingGroups,
  ec2Instances,
  eksNodeGroups,
  takesTemplate,
  templateMachine,
} from "./ec2-pools.ts";
import { gceInstances, gkeClusterPools, gkeNodePools } from "./gke-pools.ts";
import { computeClassPools, karpenterPools } from "./karpenter-pools.ts";
import { isGpuMachine, type NodePool } from "./node-pool.ts";

const readers: Readonly<Record<string, (subject: Subject) => NodePool[]>> = {
  "gcp:container/nodePool:NodePool": gkeNodePools,
  "gcp:container/cluster:Cluster": gkeClusterPools,
  "aws:eks/nodeGroup:NodeGroup": eksNodeGroups,
  "aws:autoscaling/group:Group": autoScalingGroups,
  "aws:ec2/instance:Instance": ec2Instances,
  "gcp:compute/instance:Instance": gceInstances,
};

/** The pools of nodes that a resource is or has. */
export function poolsOf(subject: Subject): NodePool[] {
  if (isKind(subject, "karpenter.sh/NodePool")) return karpenterPools(subject);
  if (isKind(subject, "cloud.google.com/ComputeClass")) return computeClassPools(subject);
  return readers[subject.type]?.(subject) ?? [];
}

export interface GpuPool<Fact> extends Pick<
  NodePool,
  "place" | "accelerators" | "machines" | "counts"
> {
  readonly subject: Subject;
  readonly fact: Fact;
}

/** What a rule about the pools of a stack keeps of a resource. */
export interface PoolFacts<Fact> {
  readonly pools: readonly (Pick<NodePool, "hasGpu"> & Omit<GpuPool<Fact>, "subject">)[];
  /** The machine of a launch template. */
  readonly template?: string;
}

/** Of pools without a GPU nothing is read, unless a launch template can still give them one. */
export function collectPools<Fact>(
  subject: Subject,
  read: (pool: NodePool) => Fact,
): PoolFacts<Fact> | undefined {
  const template = templateMachine(subject);
  if (template !== undefined) return { pools: [], template };
  const pools = poolsOf(subject).filter(({ hasGpu }) => hasGpu || takesTemplate(subject));
  if (pools.length === 0) return undefined;
  return { pools: pools.map((pool) => ({ ...pool, fact: read(pool) })) };
}

/** The pools with GPUs, each with the machine of its launch template where it names none itself. */
export function gpuPoolsOf<Fact>(found: readonly Found<PoolFacts<Fact>>[]): GpuPool<Fact>[] {
  const templates = new Map(
    found.flatMap(({ subject, fact: { template } }): [string, string][] =>
      template === undefined ? [] : [[subject.urn, template]],
    ),
  );
  return found.flatMap(({ subject, fact, madeFrom }) => {
    const given = [...new Set(Object.values(madeFrom).flat())].flatMap(
      (urn) => templates.get(urn) ?? [],
    );
    return fact.pools
      .map((pool) => ({
        ...pool,
        subject,
        machines: pool.machines.length > 0 ? pool.machines : given,
      }))
      .filter(({ hasGpu, machines }) => hasGpu || machines.some(isGpuMachine));
  });
}

/** How messages begin that are about one of several pools of a resource. */
export function placed({ place }: Pick<NodePool, "place">): string {
  return place === "" ? "" : `${place}: `;
}
