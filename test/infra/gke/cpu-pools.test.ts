import { beforeAll, expect, test } from "vitest";
import { inputsOf } from "../../support/under-mocks.ts";
import type { Provisioned } from "../eks/requests.ts";
import { provisioned } from "./provisioned.ts";

let made: Provisioned;
beforeAll(async () => {
  made = await provisioned();
});

function of(name: string) {
  return inputsOf(made.resources, name);
}

test("CPU workers have a spot pool with seed 002's label and taint, and one on demand behind it", () => {
  const classOf = {
    key: "cloud.google.com/compute-class",
    value: "default",
    effect: "NO_SCHEDULE",
  };
  const grown = { totalMinNodeCount: 0, totalMaxNodeCount: 8, locationPolicy: "ANY" };
  expect(of("pool-cpu-spot")).toMatchObject({
    autoscaling: grown,
    nodeConfig: {
      machineType: "n2-standard-8",
      spot: true,
      labels: { "framewright.dev/pool-kind": "cpu-workers", "workload-type": "spot" },
      taints: [classOf, { key: "spot-instance", value: "true", effect: "NO_SCHEDULE" }],
    },
  });
  expect(of("pool-cpu-spot")).not.toHaveProperty("initialNodeCount");
  const own = { key: "framewright.dev/pool-kind", value: "cpu-workers", effect: "NO_SCHEDULE" };
  expect(of("pool-cpu")).toMatchObject({
    autoscaling: grown,
    nodeConfig: { spot: false, taints: [classOf, own] },
  });
});
