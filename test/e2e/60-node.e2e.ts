import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { followJob, getJob } from "../../tools/demo/client.ts";
import { verifyJob } from "../../tools/demo/verify.ts";
import { exec } from "../../tools/exec.ts";
import { nodeRuns } from "../../tools/node/start.ts";
import { own, root } from "../../tools/paths.ts";
import { describeClusterOnFailure } from "../support/e2e/describe-cluster.ts";
import { killNode } from "../support/e2e/kill-node.ts";
import {
  clip,
  finishedJob,
  mediaTools,
  patienceMs,
  platform,
  shortClip,
  submit,
} from "../support/e2e/platform.ts";

describeClusterOnFailure();

test("the forwarder was killed: it is started again, and the platform is reachable soon", async () => {
  const api = await platform();
  const [pid = ""] = (await exec("pgrep", ["--full", "tools/node/forwarder.ts"])).split("\n");
  process.kill(Number(pid), "SIGKILL");
  const killedAt = performance.now();
  const answers = () =>
    fetch(`${api.url}/v1/jobs`, { keepalive: false }).then(
      () => true,
      () => false,
    );
  while (!(await answers()) && performance.now() - killedAt < 10_000) await sleep(50);
  const reachableAfterMs = performance.now() - killedAt;
  console.log(`reachable ${reachableAfterMs.toFixed(0)} ms after the forwarder's death`);
  expect(reachableAfterMs).toBeLessThan(10_000);
});

test("after the node was killed, `npm run up` brings it back with its data, and it works", async () => {
  const api = await platform();
  const before = await finishedJob(api);
  await killNode();
  expect(nodeRuns()).toBe(false);
  await expect(fetch(`${api.url}/v1/jobs`, { keepalive: false })).rejects.toThrow();

  const output = await exec("npm", ["run", "--silent", "up"], { cwd: root });
  expect(output).toMatch(/^ {2}node +started/m);
  console.log(
    output
      .split("\n")
      .filter((line) => /^ {2}(node|pulumi up)/.test(line))
      .join("\n"),
  );

  const after = await getJob(api, before.id);
  expect(after.finishedAt).toBe(before.finishedAt);
  const folder = join(own, "e2e", "after-kill");
  mkdirSync(folder, { recursive: true });
  expect((await verifyJob(after, folder, await mediaTools())).length).toBe(4);
  const { id } = await submit(api, await clip(shortClip));
  expect((await followJob(api, id, () => undefined, patienceMs)).state).toBe("succeeded");
});
