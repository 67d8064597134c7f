import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AuditList } from "@framewright/contracts/audit.ts";
import type { Job, Problem } from "@framewright/contracts/client-api.ts";
import type { ObjectStore } from "../../../api/backends/object-store.ts";
import { jobPrefix } from "../../../api/jobs/rows.ts";
import { call, until } from "../api-under-test.ts";
import { openBucket, startEngine, type EngineUnderTest } from "../engine-under-test.ts";
import { openEvents } from "../event-reader.ts";

let engine: EngineUnderTest;
let store: ObjectStore;
beforeAll(async () => {
  engine = await startEngine({ postgres: true, objectStore: true }, { LEASE_SECONDS: "120" });
  store = openBucket(engine);
});
afterAll(async () => {
  store.close();
  await engine.stop();
});

const signal = AbortSignal.timeout(600_000);
const filesOf = async (jobId: string) => (await store.sizes(jobPrefix(jobId), signal)).size;
const uploadsLeft = async (uploadId: string) => {
  const all = await store.sizes("uploads/", signal);
  return [...all.keys()].filter((key) => key.endsWith(uploadId)).length;
};
/** The sweeper looks every ten seconds. */
const gone = (look: () => Promise<number>) =>
  expect.poll(look, { timeout: 25_000, interval: 250 }).toBe(0);
const remove = (path: string) => engine.client.send<Problem>("DELETE", path);

async function succeeded(): Promise<Job> {
  const lease = await engine.claimed();
  await engine.worker.uploadAll(lease);
  expect((await engine.worker.complete(lease)).status).toBe(200);
  return engine.client.job(lease.jobId);
}

async function rowsOf(jobId: string) {
  const [row] = await engine.api.query<{ rows: number }>(
    `SELECT (SELECT count(*) FROM jobs WHERE id = $1)::int
          + (SELECT count(*) FROM attempts WHERE job_id = $1)::int
          + (SELECT count(*) FROM events WHERE job_id = $1)::int
          + (SELECT count(*) FROM outbox WHERE job_id = $1)::int AS rows`,
    [jobId],
  );
  return row?.rows;
}

describe("a job that is deleted", () => {
  it("has no row, no file and no playback any more", async () => {
    const job = await succeeded();
    const playlist = (job.playbackUrl ?? "").replace("http://api.test", engine.api.url);
    expect((await call("GET", playlist)).status).toBe(200);
    expect(await filesOf(job.id)).toBeGreaterThan(3);
    expect((await remove(`/v1/jobs/${job.id}`)).status).toBe(204);
    expect((await call("GET", playlist)).status).toBe(404);
    expect(await rowsOf(job.id)).toBe(0);
    for (const path of ["", "/events"]) {
      expect((await engine.client.send("GET", `/v1/jobs/${job.id}${path}`)).status).toBe(404);
    }
    expect((await engine.client.send("POST", `/v1/jobs/${job.id}/cancel`)).status).toBe(404);
    const again = await remove(`/v1/jobs/${job.id}`);
    expect([again.status, again.body.code]).toEqual([404, "job-not-found"]);
    await gone(() => filesOf(job.id));
  }, 40_000);

  it("is lost to the worker that has it, whose later files go too", async () => {
    const lease = await engine.claimed();
    const stream = await openEvents(engine.api.url, engine.api.key, lease.jobId);
    expect((await remove(`/v1/jobs/${lease.jobId}`)).status).toBe(204);
    await stream.toEnd();
    expect((await engine.worker.heartbeat(lease)).body).toEqual({ verdict: "lost" });
    expect((await engine.worker.complete(lease)).status).toBe(409);
    const late = `${jobPrefix(lease.jobId)}a1/720p/late.m4s`;
    const ticket = { side: "inside", key: late, contentType: "video/iso.segment" } as const;
    const put = await store.presignPut({ ...ticket, sizeBytes: 4, expiresSeconds: 60 });
    const deletion = () =>
      engine.api.query("SELECT 1 FROM deletions WHERE prefix = $1", [jobPrefix(lease.jobId)]);
    await until("the first look", async () => {
      const sql = "SELECT 1 FROM deletions WHERE prefix = $1 AND next_try_at = writable_until";
      return (await engine.api.query(sql, [jobPrefix(lease.jobId)])).length === 1;
    });
    const type = { "content-type": "video/iso.segment" };
    await fetch(put.url, { method: "PUT", body: "late", headers: type });
    expect(await filesOf(lease.jobId)).toBe(1);
    // As if the time had passed for which its addresses live.
    await engine.api.query(
      "UPDATE deletions SET writable_until = now(), next_try_at = now() WHERE prefix = $1",
      [jobPrefix(lease.jobId)],
    );
    await gone(() => filesOf(lease.jobId));
    await gone(async () => (await deletion()).length);
  }, 60_000);

  it("gives its Idempotency-Key back", async () => {
    const body = { uploadId: engine.uploadId, profile: "hls-720p" } as const;
    const header = { "idempotency-key": "order-7" };
    const first = await engine.client.submit(body, header);
    await remove(`/v1/jobs/${first.id}`);
    expect((await engine.client.submit(body, header)).id).not.toBe(first.id);
  });
});

describe("an upload that is deleted", () => {
  it("is refused while jobs need it, which are named, and goes when they have ended", async () => {
    const uploadId = await engine.client.upload();
    const job = await engine.client.submit({ uploadId, profile: "hls-720p" });
    const refused = await remove(`/v1/uploads/${uploadId}`);
    expect([refused.status, refused.body.code]).toEqual([409, "upload-in-use"]);
    expect(refused.body.detail).toContain(job.id);
    await engine.client.send("POST", `/v1/jobs/${job.id}/cancel`);
    expect((await remove(`/v1/uploads/${uploadId}`)).status).toBe(204);
    expect((await remove(`/v1/uploads/${uploadId}`)).status).toBe(404);
    const { status, body } = await engine.client.send<Problem>("POST", "/v1/jobs", {
      uploadId,
      profile: "hls-720p",
    });
    expect([status, body.code]).toEqual([404, "upload-not-found"]);
    const shown = await engine.client.job(job.id);
    expect(shown).toMatchObject({ uploadId, state: "cancelled" });
    expect(shown).not.toHaveProperty("fileName");
    await gone(() => uploadsLeft(uploadId));
  }, 40_000);

  it("at the moment at which a job is made for it leaves one of both", async () => {
    const ends = new Set<string>();
    for (let i = 0; i < 20; i++) {
      const uploadId = await engine.client.upload();
      const [made, deleted] = await Promise.all([
        engine.client.send<Job>("POST", "/v1/jobs", { uploadId, profile: "hls-720p" }),
        new Promise((resolve) => setTimeout(resolve, Math.random() * 15)).then(() =>
          remove(`/v1/uploads/${uploadId}`),
        ),
      ]);
      ends.add(`${made.status} ${deleted.status}`);
    }
    expect([...ends].filter((end) => end !== "202 409" && end !== "404 204")).toEqual([]);
  });
});

it("every write is in the audit log, in order, and nothing that was refused", async () => {
  const uploadId = await engine.client.upload();
  const job = await engine.client.submit({ uploadId, profile: "hls-720p" });
  await remove(`/v1/uploads/${uploadId}`);
  const cancelled = await engine.client.send("POST", `/v1/jobs/${job.id}/cancel`, undefined, {
    "x-request-id": "the-cancel-request",
  });
  expect(cancelled.status).toBe(202);
  await engine.client.send("POST", `/v1/jobs/${job.id}/cancel`);
  await remove(`/v1/jobs/${job.id}`);
  await remove(`/v1/uploads/${uploadId}`);
  const { body } = await engine.client.send<AuditList>("GET", "/v1/audit?limit=5");
  expect(body.entries.map(({ action, targetId }) => [action, targetId])).toEqual([
    ["upload.delete", uploadId],
    ["job.delete", job.id],
    ["job.cancel", job.id],
    ["job.create", job.id],
    ["upload.create", uploadId],
  ]);
  expect(body.entries[2]).toMatchObject({
    keyName: "bootstrap",
    requestId: "the-cancel-request",
    address: "127.0.0.1",
  });
});
