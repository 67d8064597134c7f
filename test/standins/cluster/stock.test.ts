import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { systemNodes } from "../../../infra/eks/node-spec.ts";
import {
  systemAlternatives,
  systemNodes as systemNodesOnGke,
} from "../../../infra/gke/node-spec.ts";
import { eksWith, gkeWith } from "../../config/support.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { poolFromEks } from "./pools/eks.ts";
import { poolFromGke } from "./pools/gke.ts";
import { isAvailable } from "./settings.ts";

/** A cloud that has no machine of these types. */
function cloudWithout(...machines: readonly string[]): string {
  const folder = temporaryFolder("stock-");
  const faults = machines.map((machine) => ({ operation: "scale", machine }));
  writeFileSync(join(folder, "faults.json"), JSON.stringify(faults));
  return folder;
}

it("a system group of EKS grows where its first machine type has no capacity", () => {
  const { eks } = eksWith();
  if (eks === undefined) throw new Error("the stack has no section eks");
  const [group] = systemNodes(eks).map(({ name, machines }) =>
    poolFromEks(
      { instanceTypes: [...machines] },
      { name, region: eks.region, zones: ["us-east-1a"], diskGi: 100 },
    ),
  );
  if (group === undefined) throw new Error("there is no system group");
  expect(isAvailable(cloudWithout("m6i.xlarge"), group)).toBe(true);
  expect(isAvailable(cloudWithout("m6i.xlarge", "m6a.xlarge", "m5.xlarge"), group)).toBe(false);
});

it("a pool of GKE has one machine type, and another pool takes over", () => {
  const { gke } = gkeWith((config) => (config.gke!.system.alternatives = ["n2d-standard-4"]));
  if (gke === undefined) throw new Error("the stack has no section gke");
  const pools = [systemNodesOnGke(gke), ...systemAlternatives(gke)].map(({ machine }) =>
    poolFromGke(
      { nodeConfig: { machineType: machine } },
      { name: machine, region: gke.region, zones: gke.zones, hasPlainNodes: true },
    ),
  );
  const cloud = cloudWithout("n2-standard-4");
  expect(pools.map((pool) => isAvailable(cloud, pool))).toEqual([false, true]);
});
