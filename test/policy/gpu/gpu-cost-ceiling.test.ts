import { describe, expect, it } from "vitest";
import { gpus, type GpuRow } from "../../../config/gpu-catalogue.ts";
import { gpuCostCeiling } from "../../../policy/rules/gpu/gpu-cost-ceiling.ts";
import { classPrices, listPrices } from "../../../policy/rules/gpu/price-list.ts";
import { evaluateStack, unknown, type TestResource } from "../kit/evaluate.ts";
import { eksGroup, gkePool, karpenterPool, selfManaged } from "./gpu-objects.ts";

function said(resources: readonly TestResource[], config = {}) {
  return evaluateStack(gpuCostCeiling, resources, { config });
}

const dear = eksGroup({ instanceTypes: ["p4d.24xlarge"] });

/** Pools of four nodes, and what they may cost. */
const priced: [string, readonly TestResource[], number][] = [
  ["GKE nodes", [gkePool()], 4],
  ["GKE nodes by their accelerator", [v100("nvidia-tesla-v100")], 16],
  ["the same machines with another one", [v100("nvidia-tesla-t4")], 4],
  ["EKS nodes", [dear], 132],
  [
    "the dearest of several machines",
    [eksGroup({ instanceTypes: ["g6.2xlarge", "g5.12xlarge"] })],
    64,
  ],
  ["machines of a launch template", selfManaged("p3.8xlarge"), 64],
  ["Karpenter's GPUs, each as a node", [karpenterPool()], 4],
  ["several pools", [gkePool(), dear], 136],
];

function v100(type: string): TestResource {
  return gkePool({}, { machineType: "n1-standard-8", guestAccelerators: [{ type, count: 1 }] });
}

describe("gpu-cost-ceiling", () => {
  it.each(priced)("adds up %s", (_, resources, usd) => {
    expect(said(resources, { usdPerHour: usd })).toEqual([]);
    expect(said(resources, { usdPerHour: usd - 0.5 })).toEqual([
      expect.stringContaining(`all nodes with GPUs may cost ${usd} USD per hour, of which `),
    ]);
  });

  it("names the pool that costs most, the ceiling and the way out", () => {
    expect(said([gkePool(), dear])).toEqual([
      expect.stringMatching(
        /NodeGroup eks-group: .* of which 132 here, above the ceiling of 100\. Fix: lower/,
      ),
    ]);
  });

  it("is advice and no more", () => {
    expect(gpuCostCeiling.policy.enforcementLevel).toBe("advisory");
  });

  it.each([
    ["machine", eksGroup({ instanceTypes: ["p6-b300.48xlarge"] }), "p6-b300.48xlarge"],
    ["GPU in a machine", v100("nvidia-tesla-p100"), "nvidia-tesla-p100"],
    ["price class", eksGroup(), "g6.2xlarge"],
  ])("says that it doesn't know the price of a %s", (what, pool, name) => {
    const config = what === "price class" ? { classes: {} } : {};
    expect(said([pool], config)).toEqual([
      expect.stringContaining(`has GPUs whose price is not known: ${name}`),
    ]);
  });

  it("takes prices from settings", () => {
    const config = { prices: [{ machine: "g6.2xlarge", price: "own" }], classes: { own: 30 } };
    expect(said([eksGroup()], config)).toEqual([expect.stringContaining("may cost 120 USD")]);
  });

  it("leaves pools without GPUs and pools that can't grow alone", () => {
    const cpu = { amiType: "AL2023_x86_64_STANDARD", instanceTypes: ["m6i.large"] };
    expect(said([eksGroup({ ...cpu, scalingConfig: { maxSize: 999 } })])).toEqual([]);
    expect(
      said([eksGroup({ instanceTypes: ["p6-b300.48xlarge"], scalingConfig: { maxSize: 0 } })]),
    ).toEqual([]);
  });

  it("judges the same while the cluster is yet to be made, and of the stack alone", () => {
    for (const options of [{ unknownProvider: true }, { stackOnly: true }]) {
      const config = { usdPerHour: 3 };
      expect(evaluateStack(gpuCostCeiling, [karpenterPool()], { ...options, config })).toHaveLength(
        1,
      );
    }
  });

  it("says that it needs a literal where the maximum is unknown", () => {
    expect(said([eksGroup({ scalingConfig: { minSize: 0, maxSize: unknown } })])).toEqual([
      expect.stringContaining("scalingConfig.maxSize is not known before the update"),
    ]);
  });
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
