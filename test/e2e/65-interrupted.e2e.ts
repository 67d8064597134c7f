import { spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { root } from "../../tools/paths.ts";
import { lockFolder, shellEnvironment, stackName, up } from "../../tools/stack.ts";
import { describeClusterOnFailure } from "../support/e2e/describe-cluster.ts";

describeClusterOnFailure();

function lockFiles(): string[] {
  return existsSync(lockFolder)
    ? readdirSync(lockFolder).filter((file) => file.endsWith(".json"))
    : [];
}

test("after a `pulumi up` was killed, the next one clears its lock and changes nothing", async () => {
  const args = ["up", "--stack", stackName, "--yes", "--skip-preview", "--non-interactive"];
  const killed = spawn("pulumi", args, { cwd: root, env: shellEnvironment(), stdio: "ignore" });
  const ended = new Promise((resolve) => killed.once("close", resolve));
  await expect.poll(lockFiles, { timeout: 30_000, interval: 20 }).toHaveLength(1);
  killed.kill("SIGKILL");
  await ended;
  expect(lockFiles()).toHaveLength(1); // otherwise it ended before it was killed
  const { created, changed, unchanged } = await up(() => undefined);
  expect({ created, changed }).toEqual({ created: 0, changed: 0 });
  expect(unchanged).toBeGreaterThan(90);
  expect(lockFiles()).toEqual([]);
});
