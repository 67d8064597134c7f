import { afterAll, beforeAll, expect, it } from "vitest";
import type { Job } from "@framewright/contracts/client-api.ts";
import { startEngine, type EngineUnderTest } from "../engine-under-test.ts";

let engine: EngineUnderTest;
beforeAll(async () => {
  engine = await startEngine({ postgres: true, objectStore: true }, { LEASE_SECONDS: "120" });
});
afterAll(() => engine.stop());

async function shown(jobId: string): Promise<Job> {
  return (await engine.client.send<Job>("GET", `/v1/jobs/${jobId}`)).body;
}

async function positions(jobs: readonly Job[]): Promise<(number | undefined)[]> {
  const all = await Promise.all(jobs.map(({ id }) => shown(id)));
  return all.map(({ queuePosition }) => queuePosition);
}

/** Two jobs of the class that took 20 and 40 seconds. */
async function addEnded(jobId: string): Promise<void> {
  await engine.api.query(
    `INSERT INTO jobs (id, project_id, upload_id, profile, priority, class, request_id, state,
                       error, started_at, finished_at)
     SELECT gen_random_uuid(), project_id, upload_id, profile, priority, class, request_id, 'failed',
            '{}', now() - s * interval '1 second', now()
     FROM jobs, (VALUES (20), (40)) AS took (s) WHERE id = $1`,
    [jobId],
  );
}

it("a queued job counts those that are taken before it, of its own class alone", async () => {
  const first = await engine.submit();
  const second = await engine.submit();
  const other = await engine.submit("hls-2160p");
  const { uploadId } = engine;
  const high = await engine.client.submit({ uploadId, profile: "hls-720p", priority: "high" });
  expect(await positions([high, first, second, other])).toEqual([1, 2, 3, 1]);
  expect((await engine.worker.claimAny()).body.jobId).toBe(high.id);
  expect(await positions([high, first, second, other])).toEqual([undefined, 1, 2, 1]);
});

it("its turn is estimated by what runs and what has ended, once both are known", async () => {
  const waiting = await engine.submit();
  expect(waiting.queuePosition).toBe(3);
  expect(waiting).not.toHaveProperty("estimatedStartAt");
  await addEnded(waiting.id);
  // What was read of the class before is used for ten seconds.
  await expect
    .poll(() => shown(waiting.id), { timeout: 20_000, interval: 500 })
    .toHaveProperty("estimatedStartAt");
  const { estimatedStartAt = "" } = await shown(waiting.id);
  const seconds = (Date.parse(estimatedStartAt) - Date.now()) / 1000;
  // One job runs, and the third is next after three that take half a minute each.
  expect(seconds).toBeGreaterThan(80);
  expect(seconds).toBeLessThan(91);
});
