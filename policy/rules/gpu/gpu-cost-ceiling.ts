import { Type } from "typebox";
import { costOptimization } from "../../kit/frameworks.ts";
import { stackRule } from "../../kit/stack-rule.ts";
import { isGpuMachine, type Hardware } from "./machines.ts";
import { gpuPoolOf } from "./node-pool.ts";
import { classPrices, listPrices } from "./price-list.ts";

/** Of the machines that a pool may take, the dearest; undefined where a price is not known. */
function pricePerNode({ machines, accelerators }: Hardware) {
  const costs = machines.flatMap((machine) => {
    const row = listPrices.find(
      (one) =>
        one.machine === machine &&
        (one.accelerator === undefined || accelerators.includes(one.accelerator)),
    );
    return row === undefined ? [] : classPrices[row.price];
  });
  return costs.length === 0 || costs.length < machines.length ? undefined : Math.max(...costs);
}

function unpriced({ machines, accelerators }: Hardware): string {
  const named = [...machines.filter(isGpuMachine), ...accelerators];
  return (named.length > 0 ? named : machines).join(", ") || "machines that nothing names";
}

const settings = {
  usdPerHour: Type.Number({
    exclusiveMinimum: 0,
    default: 100,
    description: "What all nodes with GPUs of a stack may cost together, in USD per hour.",
  }),
};

export const gpuCostCeiling = stackRule({
  name: "gpu-cost-ceiling",
  title: "All nodes with GPUs together cost less than the ceiling of the stack",
  why: "Each pool looks cheap by itself. What a bad night costs is the sum of their maxima, and nobody adds it up before the bill.",
  fix: "lower the maximum of a pool, take cheaper machines, or raise usdPerHour of the rule with whoever pays",
  severity: "medium",
  level: "advisory",
  frameworks: [costOptimization("Cost and usage awareness")],
  config: Type.Object(settings),
  collect: (subject) => {
    const pool = gpuPoolOf(subject);
    return pool === undefined ? undefined : { ...pool, max: pool.bounds().max };
  },
  evaluate: (found, report, config) => {
    const costs = found.map(({ subject, fact }) => {
      const perNode = fact.max === 0 ? 0 : pricePerNode(fact);
      if (perNode === undefined) {
        report(subject, `has GPUs whose price is not known: ${unpriced(fact)}`);
      }
      return { subject, cost: (perNode ?? 0) * (fact.max ?? 0) };
    });
    const sum = costs.reduce((total, { cost }) => total + cost, 0);
    const [dearest] = costs.toSorted((a, b) => b.cost - a.cost);
    if (dearest === undefined || sum <= config.usdPerHour) return;
    report(
      dearest.subject,
      `all nodes with GPUs may cost ${sum} USD per hour, of which ${dearest.cost} here, above the ceiling of ${config.usdPerHour}`,
    );
  },
});
