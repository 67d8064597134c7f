import { stackRule } from "../../kit/stack-rule.ts";
import { collectPools, gpuPoolsOf, placed, type GpuPool } from "./gpu-pools.ts";
import { modelsOf } from "./node-pool.ts";
import { reliability } from "./well-architected.ts";

interface Capacity {
  readonly isSpot: boolean;
  readonly canGrow: boolean;
}

/** A pool that can't have a node helps nobody. */
function isTwin(twin: GpuPool<Capacity>, spot: GpuPool<Capacity>): boolean {
  const models = modelsOf(twin);
  return (
    !twin.fact.isSpot && twin.fact.canGrow && modelsOf(spot).some((model) => models.includes(model))
  );
}

export const spotWithTwin = stackRule({
  name: "spot-with-twin",
  title: "Every pool of spot GPUs has an on-demand twin",
  why: "A cloud takes spot GPUs back at any time, often all of a zone at once; without nodes on demand the work stands still. In development it may, so that the profile for development switches the rule off.",
  fix: "add a pool of the same GPU on demand, which may begin with no node",
  severity: "medium",
  frameworks: [reliability("Design your workload to withstand component failures")],
  collect: (subject) =>
    collectPools<Capacity>(subject, ({ isSpot, bounds }) => ({
      isSpot: isSpot(),
      canGrow: bounds().max !== 0,
    })),
  evaluate: (found, report) => {
    const pools = gpuPoolsOf(found);
    for (const pool of pools.filter(({ fact }) => fact.isSpot)) {
      if (pools.some((other) => isTwin(other, pool))) continue;
      const models = [...new Set(modelsOf(pool))].join(", ");
      report(
        pool.subject,
        `${placed(pool)}has spot nodes with ${models}, and no pool has it on demand`,
      );
    }
  },
});
