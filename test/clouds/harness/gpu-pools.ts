import type { Cloud } from "./cloud.ts";
import type { Section } from "./stack-file.ts";

/** A pool as a stack file writes it. */
export type PoolEntry = Section & { readonly name: string };

/** What config means when it names no pools: seed 004, in production with a twin on demand. */
const productionPools: readonly PoolEntry[] = [
  { name: "a100", gpu: "a100", slicesPerGpu: 4, maxNodes: 1, priority: 50 },
  {
    name: "l4-spot",
    gpu: "l4",
    slicesPerGpu: 2,
    spot: true,
    minNodes: 1,
    maxNodes: 8,
    priority: 30,
  },
  { name: "l4", gpu: "l4", slicesPerGpu: 2, maxNodes: 8, priority: 20 },
];

function isPool(value: unknown): value is PoolEntry {
  return typeof value === "object" && value !== null && "name" in value;
}

/** The pools of a stack, written out. */
export function poolsOf({ file }: Cloud): readonly PoolEntry[] {
  const { pools } = file.section("gpu");
  return Array.isArray(pools) ? pools.filter(isPool) : productionPools;
}

export function setPools({ file }: Cloud, pools: readonly PoolEntry[]): void {
  file.set("gpu", { ...file.section("gpu"), pools });
}

/** Changes one pool and leaves the others as they are. */
export function changePool(cloud: Cloud, name: string, change: Section): void {
  const pools = poolsOf(cloud);
  if (!pools.some((pool) => pool.name === name)) throw new Error(`there is no pool ${name}`);
  setPools(
    cloud,
    pools.map((pool) => (pool.name === name ? { ...pool, ...change } : pool)),
  );
}
