import { expect, test } from "vitest";
import { isDeepStrictEqual } from "node:util";
import type { Registration } from "../../support/mocks.ts";
import { comesAfter, namesOf, provisioned } from "./provisioned.ts";

const managed = { machine: "db-custom-2-8192", storageGi: 50, highAvailability: true };
const letGo = { deletionProtection: false, teardown: "test" };

function changed(before: readonly Registration[], after: readonly Registration[]): string[] {
  return before
    .filter(({ name, inputs }) => {
      const other = after.find((resource) => resource.name === name);
      return !isDeepStrictEqual(inputs, other?.inputs);
    })
    .map(({ name }) => name)
    .toSorted();
}

test("the first step of a teardown touches what is protected, and nothing else", async () => {
  const before = await provisioned({ postgres: { managed } });
  const after = await provisioned({ postgres: { managed }, ...letGo });
  expect(changed(before.resources, after.resources)).toEqual([
    "database-server",
    "gke-cluster",
    "media-bucket",
  ]);
  expect(after.resources).toHaveLength(before.resources.length);
});

test("what is ready outlives the workloads: pools, way out, database, rights", async () => {
  const made = await provisioned({ postgres: { managed } });
  const [namespace = "none"] = namesOf(made, "kubernetes:core/v1:Namespace");
  const workload = comesAfter(made, namespace);
  expect([...workload]).toEqual(
    expect.arrayContaining([
      "pool-system",
      "pool-a100",
      "pool-l4-spot",
      "pool-l4",
      "gke-cluster",
      "network-nat",
      "network-vpc",
      "storage-class",
      "media-api-may-use",
      "database-endpoint",
      "database-content",
    ]),
  );
});
