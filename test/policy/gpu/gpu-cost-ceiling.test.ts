import { describe, expect, it } from "vitest";
import { gpus, type GpuRow } from "../../../config/gpu-catalogue.ts";
import { gpuCostCeiling } from "../../../policy/rules/gpu/gpu-cost-ceiling.ts";
import { classPrices, listPrices } from "../../../policy/rules/gpu/price-list.ts";
import { withFields } from "../kit/change.ts";
import { unknown, type TestResource } from "../kit/evaluate.ts";
import { describeRule } from "../kit/rule-cases.ts";
import { cpuGroup, eksGroup, gkePool } from "./gpu-objects.ts";

const dear = eksGroup({ instanceTypes: ["p4d.24xlarge"] });

function n1With(type: string): TestResource {
  return gkePool({}, { machineType: "n1-standard-8", guestAccelerators: [{ type, count: 1 }] });
}

/** Pools of four nodes, and what they may cost. */
const priced: [string, readonly TestResource[], number][] = [
  ["GKE nodes", [gkePool()], 4],
  ["GKE nodes by their accelerator", [n1With("nvidia-tesla-v100")], 16],
  ["the same machines with another one", [n1With("nvidia-tesla-t4")], 4],
  ["EKS nodes", [dear], 132],
  ["the most expensive of two", [eksGroup({ instanceTypes: ["g6.2xlarge", "g5.12xlarge"] })], 64],
  ["several pools", [gkePool(), dear], 136],
];
const unknownPrice = "has GPUs whose price is not known: ";
const b300 = eksGroup({ instanceTypes: ["p6-b300.48xlarge"] });

describeRule(gpuCostCeiling, {
  passes: [
    ...priced.map(([what, pools, usdPerHour]) => [what, pools, { usdPerHour }] as const),
    ["pools without GPUs", cpuGroup({ scalingConfig: { maxSize: 999 } })],
    ["a pool that cannot grow", withFields(b300, { "scalingConfig.maxSize": 0 })],
  ],
  fails: [
    ...priced.map(
      ([what, pools, usd]) =>
        [
          `${what} above the ceiling`,
          pools,
          `all nodes with GPUs may cost ${usd} USD per hour, of which `,
          { usdPerHour: usd - 0.5 },
        ] as const,
    ),
    ["the pool that costs most", [gkePool(), dear], "136 USD per hour, of which 132 here"],
    ["a machine without a price", b300, `${unknownPrice}p6-b300.48xlarge`],
    ["a GPU without a price", n1With("nvidia-tesla-p100"), `${unknownPrice}nvidia-tesla-p100`],
    ["a group that names no machine", eksGroup({ instanceTypes: [] }), unknownPrice],
    [
      "an unknown maximum",
      eksGroup({ scalingConfig: { minSize: 0, maxSize: unknown } }),
      "scalingConfig.maxSize is not known before the update",
    ],
  ],
});

it("gives advice and refuses nothing", () => {
  expect(gpuCostCeiling.policy.enforcementLevel).toBe("advisory");
});

describe("the price list", () => {
  const catalogue = Object.values<GpuRow>(gpus).flatMap(({ gke, eks }) => [
    ...(gke?.machines ?? []).map(({ type, price }) => ({
      machine: type,
      gpu: gke?.accelerator,
      price,
    })),
    ...(eks?.machines ?? []).map(({ type, price }) => ({ machine: type, gpu: undefined, price })),
  ]);

  it.each(catalogue)(
    "has the catalogue's class of $machine with $gpu",
    ({ machine, gpu, price }) => {
      const rows = listPrices.filter(
        (row) =>
          row.machine === machine && (row.accelerator === undefined || row.accelerator === gpu),
      );
      expect(rows.map((row) => row.price)).toEqual([price]);
      expect(Object.keys(classPrices)).toContain(price);
    },
  );

  it("has no machine that the catalogue doesn't know", () => {
    const known = new Set(catalogue.map(({ machine }) => machine));
    expect(listPrices.filter(({ machine }) => !known.has(machine))).toEqual([]);
  });
});
