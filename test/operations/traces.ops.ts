import { exec } from "../../tools/exec.ts";
import { beforeAll, expect, test } from "vitest";
import type { Job } from "@framewright/contracts/client-api.ts";
import { followJob } from "../../tools/demo/client.ts";
import { platform } from "../../tools/demo/platform.ts";
import { root } from "../../tools/paths.ts";
import { describeClusterOnFailure } from "../support/e2e/describe-cluster.ts";
import { clip, patienceMs, shortClip, submit } from "../support/e2e/platform.ts";

describeClusterOnFailure();

const minute = 60_000;
let job: Job;

beforeAll(async () => {
  const api = await platform();
  const { id } = await submit(api, await clip(shortClip));
  job = await followJob(api, id, () => undefined, patienceMs);
}, 12 * minute);

const trace = (id: string): Promise<string> =>
  exec(process.execPath, ["tools/cli.ts", "trace", id], { cwd: root, timeoutMs: minute });

test(
  "the trace of a job on the node is shown by the job's id and by its own",
  async () => {
    expect(job.state).toBe("succeeded");
    expect(job.traceId).toMatch(/^[0-9a-f]{32}$/);
    let shown = "";
    await expect
      .poll(async () => (shown = await trace(job.id)), { timeout: 2 * minute, interval: 3000 })
      .toMatch(/worker uploading/);
    expect(shown).toContain(job.traceId);
    for (const row of [
      ...["api POST /v1/jobs", "api wait in the queue", "worker claim", "worker attempt"],
      ...["worker downloading", "worker probing", "worker ffmpeg encode", "worker verifying"],
      "worker POST /v1/jobs/:id/attempts/:n/complete",
    ]) {
      expect(shown).toContain(row);
    }
    expect(await trace(job.traceId ?? "")).toContain("worker attempt");
  },
  5 * minute,
);
