import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { kubectl } from "../../tools/node/start.ts";
import { logFolder, root } from "../../tools/paths.ts";
import { lockFolder, shellEnvironment, stackName, up } from "../../tools/stack.ts";
import { describeClusterOnFailure } from "../support/e2e/describe-cluster.ts";

describeClusterOnFailure();

function lockFiles(): string[] {
  return existsSync(lockFolder)
    ? readdirSync(lockFolder).filter((file) => file.endsWith(".json"))
    : [];
}

/**
 * Clearing the lock reads the state anew, and what is not ready then is gone over by the next update. The test before
 * this one killed the whole node.
 */
async function everythingReady(): Promise<void> {
  const ready = ["--for=condition=Available", "deployments", "--all", "--timeout=180s"];
  await kubectl(["wait", "--all-namespaces", ...ready]);
}

test("after a `pulumi up` was killed, the next one clears its lock and changes nothing", async () => {
  await everythingReady();
  const args = ["up", "--stack", stackName, "--yes", "--skip-preview", "--non-interactive"];
  const killed = spawn("pulumi", args, { cwd: root, env: shellEnvironment(), stdio: "ignore" });
  const ended = new Promise((resolve) => killed.once("close", resolve));
  await expect.poll(lockFiles, { timeout: 30_000, interval: 20 }).toHaveLength(1);
  killed.kill("SIGKILL");
  await ended;
  expect(lockFiles()).toHaveLength(1); // otherwise it ended before it was killed
  const { created, changed, unchanged } = await up(() => undefined);
  const log = readFileSync(join(logFolder, "pulumi-up.log"), "utf8");
  expect({ created, changed }, log).toEqual({ created: 0, changed: 0 });
  expect(unchanged).toBeGreaterThan(90);
  expect(lockFiles()).toEqual([]);
});
