import { expect, test } from "vitest";
import { accountNeed } from "../../config/account-need.ts";
import { checkConfig } from "../../config/load.ts";
import { eksEntries, gkeEntries } from "./support.ts";

function needOf(entries: object) {
  const need = accountNeed("test", checkConfig(entries, "Pulumi.test.yaml", import.meta.dirname));
  if (need === undefined) throw new Error("the stack makes no cluster");
  return need;
}

test("production needs a system node in each zone, one of the CPU workers, one of each GPU, and none of twins on demand", () => {
  expect(needOf(gkeEntries).pools.map(({ pool, start, most }) => [pool, start, most])).toEqual([
    ["system", 2, 10],
    ["cpu-spot", 1, 8],
    ["cpu", 0, 8],
    ["a100", 1, 4],
    ["l4-spot", 1, 8],
    ["l4", 0, 8],
  ]);
});

test("machines that take over need no quota of their own", () => {
  const { pools } = needOf(eksEntries);
  expect(pools.filter(({ pool }) => pool.startsWith("system, or"))).toMatchObject([
    { machine: "m6a.xlarge", start: 0, most: 0 },
    { machine: "m5.xlarge", start: 0, most: 0 },
  ]);
});

test("only Google names GPUs beside machines", () => {
  const named = (entries: object) => needOf(entries).pools.map(({ accelerator }) => accelerator);
  expect(named(gkeEntries)).toContain("nvidia-l4");
  expect(named(eksEntries).filter((name) => name !== undefined)).toEqual([]);
});

test("load balancers for the public have addresses, and a database of the cloud has no volume", () => {
  const { volumesGi, publicAddresses } = needOf(gkeEntries);
  expect(publicAddresses).toBe(0);
  const managed = { machine: "db-custom-2-8192", storageGi: 100, highAvailability: true };
  expect(needOf({ ...gkeEntries, postgres: { managed } }).volumesGi).toBeLessThan(volumesGi);
  const environment = "development";
  const edge = { ...gkeEntries.edge, public: true };
  expect(needOf({ ...gkeEntries, environment, edge }).publicAddresses).toBe(2);
});
