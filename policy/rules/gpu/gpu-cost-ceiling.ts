import { Type } from "typebox";
import { stackRule } from "../../kit/stack-rule.ts";
import { collectPools, gpuPoolsOf, placed, type GpuPool, type PoolFacts } from "./gpu-pools.ts";
import { isGpuMachine } from "./node-pool.ts";
import { priceSettings, type Price } from "./price-list.ts";
import { costOptimization } from "./well-architected.ts";

interface Nodes {
  readonly max: number | undefined;
}

interface Prices {
  readonly prices: readonly Price[];
  readonly classes: Readonly<Record<string, number>>;
}

/** Of the machines that a pool may take, the dearest; undefined where a price is not known. */
function pricePerNode(pool: GpuPool<Nodes>, { prices, classes }: Prices): number | undefined {
  const { machines, accelerators } = pool;
  const costs = machines.map((machine) => {
    const price = prices.find(
      (row) =>
        row.machine === machine &&
        (row.accelerator === undefined || accelerators.includes(row.accelerator)),
    );
    return price === undefined ? undefined : classes[price.price];
  });
  return costs.reduce<number | undefined>(
    (most, cost) => (most === undefined || cost === undefined ? undefined : Math.max(most, cost)),
    costs.length === 0 ? undefined : 0,
  );
}

function unpriced({ machines, accelerators }: GpuPool<Nodes>): string {
  const named = [...machines.filter((machine) => isGpuMachine(machine)), ...accelerators];
  return (named.length > 0 ? named : machines).join(", ") || "machines that nothing names";
}

const settings = {
  ...priceSettings,
  usdPerHour: Type.Number({
    exclusiveMinimum: 0,
    default: 100,
    description: "What all nodes with GPUs of a stack may cost together, in USD per hour.",
  }),
};

export const gpuCostCeiling = stackRule<PoolFacts<Nodes>, typeof settings>({
  name: "gpu-cost-ceiling",
  title: "All nodes with GPUs together cost less than the ceiling of the stack",
  why: "Each pool looks cheap by itself. What a bad night costs is the sum of their maxima, and nobody adds it up before the bill.",
  fix: "lower the maximum of a pool, take cheaper machines, or raise usdPerHour of the rule with whoever pays",
  severity: "medium",
  level: "advisory",
  frameworks: [costOptimization("Cost and usage awareness")],
  config: Type.Object(settings),
  collect: (subject) => collectPools(subject, ({ bounds }) => ({ max: bounds().max })),
  evaluate: (found, report, config) => {
    const pools = gpuPoolsOf(found).map((pool) => ({
      pool,
      // Where GPUs are counted, a node with one is the dearest way to have them.
      perNode: pool.fact.max === 0 ? 0 : pricePerNode(pool, config),
    }));
    for (const { pool, perNode } of pools) {
      if (perNode === undefined) {
        report(pool.subject, `${placed(pool)}has GPUs whose price is not known: ${unpriced(pool)}`);
      }
    }
    const costs = pools.map(({ pool, perNode }) => ({
      pool,
      cost: (perNode ?? 0) * (pool.fact.max ?? 0),
    }));
    const sum = costs.reduce((total, { cost }) => total + cost, 0);
    const [dearest] = costs.toSorted((a, b) => b.cost - a.cost);
    if (dearest === undefined || sum <= config.usdPerHour) return;
    const { pool, cost } = dearest;
    report(
      pool.subject,
      `${placed(pool)}all nodes with GPUs may cost ${sum} USD per hour, of which ${cost} here, above the ceiling of ${config.usdPerHour}`,
    );
  },
});
