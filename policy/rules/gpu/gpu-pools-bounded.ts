import { Type } from "typebox";
import { costOptimization } from "./well-architected.ts";
import { stackRule } from "../../kit/stack-rule.ts";
import { collectPools, gpuPoolsOf, placed, type GpuPool, type PoolFacts } from "./gpu-pools.ts";
import type { Bounds } from "./node-pool.ts";

const settings = {
  perPool: Type.Integer({
    minimum: 1,
    default: 8,
    description: "The most nodes of one pool; GPUs, where only those can be limited.",
  }),
  inAll: Type.Integer({
    minimum: 1,
    default: 24,
    description: "The most nodes of all pools with GPUs of a stack.",
  }),
  always: Type.Integer({
    minimum: 0,
    default: 0,
    description: "How many nodes a pool may keep while no pod needs them.",
  }),
};

type Limits = Readonly<Record<keyof typeof settings, number>>;

/** A compute class has no limit of its own: that of the cluster it is in holds for what it makes. */
function isLimitedElsewhere(pool: GpuPool<Bounds>, pools: readonly GpuPool<Bounds>[]): boolean {
  return pools.some(
    ({ counts, fact, accelerators }) =>
      counts === "GPUs" &&
      fact.max !== undefined &&
      pool.counts === "GPUs" &&
      pool.accelerators.some((type) => accelerators.includes(type)),
  );
}

function faults({ fact, counts }: GpuPool<Bounds>, { perPool, always }: Limits): string[] {
  const said: string[] = [];
  if (fact.max !== undefined && fact.max > perPool) {
    said.push(`may grow to ${fact.max} ${counts} with GPUs, where ${perPool} are allowed`);
  }
  if (fact.min > always) {
    said.push(`keeps ${fact.min} ${counts} with GPUs while no pod needs them, where ${always} may`);
  }
  return said;
}

export const gpuPoolsBounded = stackRule<PoolFacts<Bounds>, typeof settings>({
  name: "gpu-pools-bounded",
  title: "Pools with GPUs have a maximum within what the stack may have",
  why: "A queue that grows or pods that never start make a pool grow until its maximum. Nodes with GPUs cost up to a hundred times what others cost, also while they are idle.",
  fix: "set the pool's maximum of nodes (of GPUs for node auto-provisioning) and its minimum within the limits of the rule",
  severity: "high",
  frameworks: [costOptimization("Manage demand and supply resources")],
  config: Type.Object(settings),
  collect: (subject) => collectPools(subject, ({ bounds }) => bounds()),
  evaluate: (found, report, limits) => {
    const pools = gpuPoolsOf(found);
    for (const pool of pools) {
      const isOpen = pool.fact.max === undefined && !isLimitedElsewhere(pool, pools);
      const said = [...(isOpen ? ["has GPUs and no maximum"] : []), ...faults(pool, limits)];
      for (const problem of said) report(pool.subject, placed(pool) + problem);
    }
    const sum = pools.reduce((total, { fact }) => total + (fact.max ?? 0), 0);
    const [largest] = pools.toSorted((a, b) => (b.fact.max ?? 0) - (a.fact.max ?? 0));
    if (largest === undefined || sum <= limits.inAll) return;
    const how = `all pools with GPUs may grow to ${sum} nodes together, this one the most`;
    report(largest.subject, `${placed(largest)}${how}, where ${limits.inAll} are allowed`);
  },
});
