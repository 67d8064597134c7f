import { afterAll, beforeAll, expect, it } from "vitest";
import { attemptPrefix } from "../../../api/jobs/rows.ts";
import type { ObjectStore } from "../../../api/backends/object-store.ts";
import type { Job } from "@framewright/contracts/client-api.ts";
import { openBucket, startEngine, type EngineUnderTest } from "../engine-under-test.ts";

let engine: EngineUnderTest;
let store: ObjectStore;
beforeAll(async () => {
  engine = await startEngine(
    { postgres: true, objectStore: true },
    { LEASE_SECONDS: "120", ATTEMPT_RETENTION_DAYS: "7", UPLOAD_RETENTION_DAYS: "90" },
  );
  store = openBucket(engine);
});
afterAll(async () => {
  store.close();
  await engine.stop();
});

const signal = AbortSignal.timeout(600_000);
const filesOf = async (jobId: string, attempt: number) =>
  (await store.sizes(attemptPrefix(jobId, attempt), signal)).size;

/** Looks until nothing is left; the sweeper looks every ten seconds. */
const gone = (look: () => Promise<number>) =>
  expect.poll(look, { timeout: 25_000, interval: 250 }).toBe(0);

/** Ten seconds and more, in which the sweeper has looked at least once. */
const sweeps = () => new Promise((resolve) => setTimeout(resolve, 12_000));

async function age(table: "attempts" | "uploads" | "jobs", where: string, days: number) {
  const columns = {
    attempts: "finished_at",
    uploads: "created_at",
    jobs: "finished_at",
  } as const;
  await engine.api.query(
    `UPDATE ${table} SET ${columns[table]} = now() - interval '${days} days' WHERE ${where}`,
  );
}

/** An attempt that wrote all its files and failed, and one that wrote them and published. */
async function jobWithTwoAttempts() {
  const first = await engine.claimed();
  await engine.worker.uploadAll(first);
  await engine.worker.fail(first, "transient");
  await engine.api.query(`UPDATE jobs SET available_at = now() WHERE id = '${first.jobId}'`);
  const { status, body: second } = await engine.worker.claim(first.jobId);
  expect(status).toBe(200);
  await engine.worker.uploadAll(second);
  expect((await engine.worker.complete(second)).status).toBe(200);
  return { jobId: first.jobId, failed: first.attempt, published: second.attempt };
}

it("files of an attempt that published nothing go after a week, and published ones stay", async () => {
  const { jobId, failed, published } = await jobWithTwoAttempts();
  const young = await engine.claimed();
  await engine.worker.uploadAll(young);
  await engine.worker.fail(young, "input");
  const [failedFiles, publishedFiles] = [
    await filesOf(jobId, failed),
    await filesOf(jobId, published),
  ];
  expect(failedFiles).toBeGreaterThan(3);
  await age("attempts", `job_id = '${jobId}'`, 400);
  await age("jobs", `id = '${jobId}'`, 400);
  await gone(() => filesOf(jobId, failed));
  expect(await filesOf(jobId, published)).toBe(publishedFiles);
  expect(await filesOf(young.jobId, young.attempt)).toBe(failedFiles);
  expect((await engine.client.job(jobId)).state).toBe("succeeded");
}, 60_000);

async function sizeOfUpload(uploadId: string): Promise<number> {
  const keys = [...(await store.sizes("uploads/", signal))];
  return keys.find(([key]) => key.endsWith(uploadId))?.[1] ?? 0;
}

it("an upload that no job needs goes after 90 days, and can be used no more", async () => {
  const [idle, recent, busy] = [
    await engine.client.upload(),
    await engine.client.upload(),
    await engine.client.upload(),
  ];
  const profile = "hls-2160p";
  const submit = (uploadId: string) => engine.client.submit({ uploadId, profile });
  const ended = await submit(recent);
  await engine.client.send("POST", `/v1/jobs/${ended.id}/cancel`, {});
  await submit(busy);
  await age("uploads", `id IN ('${idle}', '${recent}', '${busy}')`, 91);
  await gone(() => sizeOfUpload(idle));
  await sweeps();
  expect(await sizeOfUpload(recent)).toBeGreaterThan(0);
  expect(await sizeOfUpload(busy)).toBeGreaterThan(0);
  const refused = await engine.client.send<Job & { code: string }>("POST", "/v1/jobs", {
    uploadId: idle,
    profile,
  });
  expect([refused.status, refused.body.code]).toEqual([404, "upload-not-found"]);
}, 60_000);
