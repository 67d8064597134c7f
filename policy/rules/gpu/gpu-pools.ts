import type { Found } from "../../kit/stack-rule.ts";
import { isKind, type Subject } from "../../kit/subject.ts";
import type { NodePool } from "./node-pool.ts";
import { computeClassPools, eksNodeGroups, gkeClusterPools, gkeNodePools } from "./pool-readers.ts";

const readers: Readonly<Record<string, (subject: Subject) => NodePool[]>> = {
  "gcp:container/nodePool:NodePool": gkeNodePools,
  "gcp:container/cluster:Cluster": gkeClusterPools,
  "aws:eks/nodeGroup:NodeGroup": eksNodeGroups,
};

/** The pools of nodes with GPUs that a resource is or has. */
export function gpuPoolsIn(subject: Subject): NodePool[] {
  const read = isKind(subject, "cloud.google.com/ComputeClass")
    ? computeClassPools
    : readers[subject.type];
  return (read?.(subject) ?? []).filter(({ hasGpu }) => hasGpu);
}

/** A pool with what a rule has read of it. */
export interface GpuPool<Fact> extends Pick<
  NodePool,
  "place" | "accelerators" | "machines" | "counts"
> {
  readonly subject: Subject;
  readonly fact: Fact;
}

export type PoolFacts<Fact> = readonly Omit<GpuPool<Fact>, "subject">[];

/** What a rule about the pools of a stack keeps of a resource. */
export function collectPools<Fact>(
  subject: Subject,
  read: (pool: NodePool) => Fact,
): PoolFacts<Fact> | undefined {
  const pools = gpuPoolsIn(subject);
  return pools.length === 0 ? undefined : pools.map((pool) => ({ ...pool, fact: read(pool) }));
}

export function gpuPoolsOf<Fact>(found: readonly Found<PoolFacts<Fact>>[]): GpuPool<Fact>[] {
  return found.flatMap(({ subject, fact }) => fact.map((pool) => ({ ...pool, subject })));
}

/** How messages begin that are about one of several pools of a resource. */
export function placed({ place }: Pick<NodePool, "place">): string {
  return place === "" ? "" : `${place}: `;
}
