import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { exec } from "../../tools/exec.ts";
import { stateFolder } from "../../tools/node/addresses.ts";
import { kubectl } from "../../tools/node/start.ts";
import { root } from "../../tools/paths.ts";
import { destroy } from "../../tools/stack.ts";
import { describeCluster } from "../support/e2e/describe-cluster.ts";
import { leftoversOf, tracesOfNode } from "../support/e2e/leftovers.ts";
import { exportedState } from "../support/e2e/secrets.ts";

async function lines(args: readonly string[]): Promise<string[]> {
  return (await kubectl(args)).split("\n").filter((line) => line !== "");
}

/** Every object of the cluster that carries our label, of whatever kind, and every volume. */
async function ourObjects(): Promise<string[]> {
  const kinds = await lines(["api-resources", "--verbs=list,delete", "--output=name"]);
  // Metrics are readings, not objects.
  const objects = kinds.filter((kind) => !kind.endsWith(".metrics.k8s.io"));
  const ours = ["--selector=app.kubernetes.io/part-of=framewright", "--ignore-not-found"];
  const labelled = await lines([
    ...["get", objects.join(","), "--all-namespaces", "--output=name"],
    ...ours,
  ]);
  const namespaces = await lines(["get", "namespaces", "--output=name"]);
  const volumes = await lines(["get", "persistentvolumes", "--output=name"]);
  return [...labelled, ...volumes, ...namespaces.filter((name) => name.includes("/framewright"))];
}

/** The folders on the disk that the volumes are. */
function volumeFolders(): string[] {
  const folder = join(stateFolder, "volumes");
  return existsSync(folder) ? readdirSync(folder) : [];
}

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
