import { expect, test } from "vitest";
import { inputsOf } from "../../support/under-mocks.ts";
import { gkeSection, provisioned } from "./provisioned.ts";

test("a V100 has the driver that the node's image names for it, and never the latest", async () => {
  const run = await provisioned({ gpu: { pools: [{ name: "v100", gpu: "v100" }] } });
  expect(inputsOf(run.resources, "pool-v100")["nodeConfig"]).toMatchObject({
    machineType: "n1-standard-8",
    guestAccelerators: [
      {
        type: "nvidia-tesla-v100",
        gpuDriverInstallationConfig: { gpuDriverVersion: "DEFAULT" },
      },
    ],
  });
});

test("other machines for the system pool are pools without nodes, which grow after it", async () => {
  const system = {
    machine: "n2-standard-4",
    alternatives: ["n2d-standard-4"],
    minNodes: 2,
    maxNodes: 5,
    diskGi: 150,
  };
  const { resources } = await provisioned(gkeSection({ system }));
  expect(inputsOf(resources, "pool-system-n2d-standard-4")).toMatchObject({
    nodeConfig: { machineType: "n2d-standard-4", diskSizeGb: 150 },
    autoscaling: { totalMinNodeCount: 0, totalMaxNodeCount: 5 },
  });
  expect(inputsOf(resources, "pool-system-n2d-standard-4")).not.toHaveProperty("initialNodeCount");
  const { spec } = inputsOf(resources, "compute-class") as {
    spec: { priorities: readonly { nodepools: readonly string[] }[] };
  };
  expect(spec.priorities.slice(-2).map(({ nodepools }) => nodepools)).toEqual([
    ["pool-system"],
    ["pool-system-n2d-standard-4"],
  ]);
});
