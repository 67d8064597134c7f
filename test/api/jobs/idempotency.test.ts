import { createHash } from "node:crypto";
import { describe, expect, it, vi } from "vitest";
import type { Submission } from "../../../api/jobs/insert-job.ts";
import { submitJob } from "../../../api/jobs/submit.ts";
import { unlimited } from "../fake-engine.ts";
import { digestIn, earlierJob, engineWith, inserted, submission } from "./submissions.ts";

const keyed = { ...submission, idempotencyKey: "key-1" };

/** Rows of a job with the digest that this submission stores. */
async function storedAs(stored: Submission) {
  const { context, db } = engineWith({ [earlierJob]: [] });
  await submitJob(context, { ...stored, idempotencyKey: "key-1" });
  return [{ id: "job-0", idempotency_digest: digestIn(inserted(db)) }];
}

describe("an Idempotency-Key", () => {
  it("is stored with a digest of the body", async () => {
    const { context, db } = engineWith({ [earlierJob]: [] });
    await submitJob(context, keyed);
    expect(db.values(earlierJob)).toEqual(["project-1", "key-1"]);
    expect(inserted(db)).toMatchObject({ idempotency_key: "key-1" });
    expect(digestIn(inserted(db))).toHaveLength(32);
  });

  it("that is repeated gives the job of the first request, and stores nothing", async () => {
    const { context, trail } = engineWith({ [earlierJob]: await storedAs(keyed) });
    const repeated = { ...keyed, body: { ...keyed.body, priority: "normal" as const } };
    expect(await submitJob(context, repeated)).toBe("job-0");
    expect(trail).toEqual([earlierJob]);
  });

  it("of an earlier version is good for the same job: the digest is the one that it stored", async () => {
    const stored = createHash("sha256").update('["upload-1","hls-720p","normal"]').digest();
    const rows = [{ id: "job-0", idempotency_digest: stored }];
    const { input, ...fields } = { ...keyed.body, input: { uploadId: "upload-1" } };
    for (const body of [
      { ...fields, kind: "transcode" as const, metadata: {} },
      { profile: fields.profile, input },
    ]) {
      const { context } = engineWith({ [earlierJob]: rows });
      expect(await submitJob(context, { ...keyed, body })).toBe("job-0");
    }
  });

  it("means the same whatever the order of metadata and the zone of the deadline", async () => {
    const body = {
      ...keyed.body,
      metadata: { a: "1", b: "2" },
      deadline: new Date(Date.now() + 60_000).toISOString(),
    };
    const { context } = engineWith({ [earlierJob]: await storedAs({ ...keyed, body }) });
    const metadata = { b: "2", a: "1" };
    const deadline = body.deadline.replace("Z", "+00:00");
    const repeated = { ...keyed, body: { ...body, metadata, deadline } };
    expect(await submitJob(context, repeated)).toBe("job-0");
  });

  it("means the same for the same ladder", async () => {
    const ladder = [{ height: 540, kbps: 1200 }];
    const body = { ...keyed.body, ladder };
    const { context } = engineWith({ [earlierJob]: await storedAs({ ...keyed, body }) });
    const repeated = { ...body, ladder: [{ kbps: 1200, height: 540 }] };
    expect(await submitJob(context, { ...keyed, body: repeated })).toBe("job-0");
  });

  it("means the same for the same edit", async () => {
    const body = { ...keyed.body, edit: { clip: { start: 1, end: 2 } } };
    const { context } = engineWith({ [earlierJob]: await storedAs({ ...keyed, body }) });
    const repeated = { ...body, edit: { clip: { end: 2, start: 1 } } };
    expect(await submitJob(context, { ...keyed, body: repeated })).toBe("job-0");
  });

  it("is answered after the job's deadline too", async () => {
    const stored = { ...keyed, body: { ...keyed.body, deadline: "2020-01-01T00:00:00Z" } };
    vi.useFakeTimers({ now: Date.parse("2019-12-31T23:00:00Z"), toFake: ["Date"] });
    const rows = await storedAs(stored);
    vi.useRealTimers();
    const { context } = engineWith({ [earlierJob]: rows });
    expect(await submitJob(context, stored)).toBe("job-0");
  });

  it.each<[string, Partial<Submission["body"]>]>([
    ["metadata", { metadata: { customer: "42" } }],
    ["deadline", { deadline: new Date(Date.now() + 60_000).toISOString() }],
    ["upload", { uploadId: "upload-2" }],
    ["input", { uploadId: undefined, input: { url: "https://media.example/a.mp4" } }],
    ["profile", { profile: "hls-1080p" }],
    ["priority", { priority: "high" }],
    ["ladder", { ladder: [{ height: 720, kbps: 2800 }] }],
    ["edit", { edit: { clip: { start: 1 } } }],
  ])("is refused for another %s", async (_what, change) => {
    const { context } = engineWith({ [earlierJob]: await storedAs(keyed) });
    const other = { ...keyed, body: { ...keyed.body, ...change } };
    await expect(submitJob(context, other)).rejects.toMatchObject({
      code: "idempotency-key-reused",
    });
  });

  it("that a parallel request used first gives the job of that request", async () => {
    const rows = await storedAs(keyed);
    let looks = 0;
    const { context, trail } = engineWith({
      "insert-job": [{ ...unlimited, outbox_id: null }],
      [earlierJob]: () => (looks++ === 0 ? [] : rows),
    });
    expect(await submitJob(context, keyed)).toBe("job-0");
    expect(trail.slice(-2)).toEqual(["insert-job", earlierJob]);
  });

  it("that a parallel request used for the last place of a quota gives that job, not the refusal", async () => {
    const rows = await storedAs(keyed);
    let looks = 0;
    const { context } = engineWith({
      "insert-job": [{ ...unlimited, max_queued: 1, exceeded: "queued", outbox_id: null }],
      [earlierJob]: () => (looks++ === 0 ? [] : rows),
    });
    expect(await submitJob(context, keyed)).toBe("job-0");
  });

  it("whose job has disappeared in between is an error", async () => {
    const { context } = engineWith({
      ...{ "insert-job": [{ ...unlimited, outbox_id: null }], [earlierJob]: [] },
    });
    await expect(submitJob(context, keyed)).rejects.toThrow("has disappeared");
  });
});
