import { expect, test } from "vitest";
import { exec } from "../../tools/exec.ts";
import { root } from "../../tools/paths.ts";
import { destroy } from "../../tools/stack.ts";
import { describeCluster } from "../support/e2e/describe-cluster.ts";
import { leftoversOf, tracesOfNode } from "../support/e2e/leftovers.ts";
import { ourObjects, volumeFolders } from "../support/e2e/our-objects.ts";
import { exportedState } from "../support/e2e/secrets.ts";

test("`pulumi destroy` leaves no object, no volume and no state", async ({ onTestFailed }) => {
  onTestFailed(async () => {
    console.error(await describeCluster());
  });
  const before = await ourObjects();
  expect(before.length).toBeGreaterThan(90);
  expect(volumeFolders().length).toBe(4);
  await destroy(() => undefined);
  expect(await ourObjects()).toEqual([]);
  expect(volumeFolders()).toEqual([]);
  expect(await exportedState()).not.toContain('"urn:pulumi:');
  console.log(`destroyed: ${before.length} objects before, none after`);
});

test("`npm run down` leaves no process, mount, link, rule, cgroup, port or file", async () => {
  const traces = tracesOfNode();
  const before = await leftoversOf(traces);
  const kinds = [...new Set(before.map((line) => line.split(" ")[0]))].toSorted();
  expect(kinds).toEqual(["cgroup", "file", "port", "process"]); // what is there is found
  await exec("npm", ["run", "--silent", "down"], { cwd: root });
  expect(await leftoversOf(traces)).toEqual([]);
  console.log(`taken down: ${before.length} traces before, none after`);
});

test("taking down again what is down already does no harm", async () => {
  expect(await exec("npm", ["run", "--silent", "down"], { cwd: root })).toContain(
    "Nothing is left",
  );
});
