import { createHash } from "node:crypto";
import { describe, expect, it, vi } from "vitest";
import { submitJob, type Submission } from "../../../api/jobs/submit.ts";
import { actor, fakeEngine, unlimited, type Reply, type Script } from "../fake-engine.ts";
import { aProfile } from "../../support/profiles.ts";

const submission: Submission = {
  ...actor,
  body: { uploadId: "upload-1", profile: "hls-720p" },
  idempotencyKey: undefined,
};
const keyed = { ...submission, idempotencyKey: "key-1" };
const earlierJob = "job-by-idempotency-key";

const stored = {
  ...{ object_key: "uploads/1", size_bytes: "7" },
  ...{ content_type: "video/mp4", in_parts: false },
};

/** The engine with the upload in place. */
function engineWith(script: Script = {}) {
  const engine = fakeEngine({
    "upload-of-project": [stored],
    "hold-upload": [{}],
    "project-use": [unlimited],
    "add-to-outbox": [{ id: "5" }],
    ...script,
  });
  engine.files.set("uploads/1", "x".repeat(7));
  return engine;
}

/** Rows of a job with the digest that this submission stores. */
async function storedAs(stored: Submission) {
  const { context, db } = engineWith({ [earlierJob]: [] });
  await submitJob(context, { ...stored, idempotencyKey: "key-1" });
  return [{ id: "job-0", idempotency_digest: db.values("insert-job")[8] }];
}

describe("a submission", () => {
  it("stores job, message and event together, and sends the message after the commit", async () => {
    const { context, db, trail, messages } = engineWith();
    const id = await submitJob(context, submission);
    expect(trail).toEqual([
      ...[
        "upload-of-project",
        "begin",
        "hold-upload",
        "insert-job",
        "project-use",
        "add-to-outbox",
        "add-event",
        "record-write",
        "commit",
      ],
      ...[`changed ${id}`, "publish soon", "queue grew"],
    ]);
    expect(db.values("upload-of-project")).toEqual(["upload-1", "project-1"]);
    const job = [id, "project-1", "upload-1", "hls-720p", "normal", "nvenc.720p", "request-1"];
    expect(db.values("insert-job")).toEqual([
      ...job,
      null,
      null,
      "transcode",
      {},
      null,
      aProfile("hls-720p"),
      null,
      null,
      [],
    ]);
    expect(db.values("add-event")).toEqual([id, "queued", 0, null]);
    expect(messages).toEqual([
      { outboxId: "5", jobId: id, jobClass: "nvenc.720p", priority: "normal" },
    ]);
  });

  it("of a profile that nobody has is told which there are, and stores nothing", async () => {
    const { context, trail } = engineWith();
    const body = { ...submission.body, profile: "4k" };
    await expect(submitJob(context, { ...submission, body })).rejects.toMatchObject({
      code: "profile-unknown",
      message: 'body/profile must be one of hls-720p, hls-1080p, hls-2160p, but is "4k"',
    });
    expect(trail).toEqual([]);
  });

  it("with a ladder of its own stores the whole profile, under a name that earlier versions do not know", async () => {
    const { context, db } = engineWith();
    const ladder = [
      { height: 900, kbps: 3000 },
      { height: 450, kbps: 900 },
    ];
    const asked: unknown[] = [];
    const route = (work: unknown) => Promise.resolve((asked.push(work), "cpu.1080p" as const));
    const body = { ...submission.body, ladder };
    await submitJob({ ...context, router: { ...context.router, route } }, { ...submission, body });
    expect(asked).toEqual([{ kind: "transcode", tier: "1080p" }]);
    const values = db.values("insert-job");
    const { video, ...rest } = aProfile("hls-720p");
    expect(values[3]).toBe("own-ladder");
    expect(values[12]).toEqual({ ...rest, video: { ...video, ladder } });
  });

  it("with a ladder that rises is told every step, and stores nothing", async () => {
    const { context, trail } = engineWith();
    const ladder = [
      { height: 360, kbps: 900 },
      { height: 720, kbps: 3000 },
    ];
    const body = { ...submission.body, ladder };
    await expect(submitJob(context, { ...submission, body })).rejects.toMatchObject({
      code: "ladder-invalid",
      message: "body/ladder/1/height must be less than 360, which the rung above has, but is 720",
      errors: [{ path: "body/ladder/1/height" }, { path: "body/ladder/1/kbps" }],
    });
    expect(trail).toEqual([]);
  });

  it("is refused when its upload is deleted at that moment, and stores nothing", async () => {
    const { context, db } = engineWith({ "hold-upload": [] });
    await expect(submitJob(context, submission)).rejects.toMatchObject({
      code: "upload-not-found",
    });
    expect(db.executions("insert-job")).toEqual([]);
  });

  it("names its upload in either form", async () => {
    const { context, db } = engineWith();
    const body = { profile: "hls-720p", input: { uploadId: "upload-1" } } as const;
    await submitJob(context, { ...submission, body });
    expect(db.values("upload-of-project")).toEqual(["upload-1", "project-1"]);
    expect(db.values("insert-job")[2]).toBe("upload-1");
  });

  it("for a URL looks for no upload, and keeps the URL", async () => {
    const policy = { schemes: ["https"], ports: [443], ranges: [] } as const;
    const urlInput = { policy, maxBytes: 1, maxSeconds: 1, maxRedirects: 1 };
    const { context, db, trail } = engineWith();
    const body = { profile: "hls-720p", input: { url: "https://media.example/a.mp4" } } as const;
    await submitJob({ ...context, urlInput }, { ...submission, body });
    expect(trail.slice(0, 2)).toEqual(["begin", "insert-job"]);
    expect(db.values("insert-job")[2]).toBeNull();
    expect(db.values("insert-job")[13]).toBe("https://media.example/a.mp4");
  });

  it("for a URL is refused where jobs may have none", async () => {
    const { context, trail } = engineWith();
    const body = { profile: "hls-720p", input: { url: "https://media.example/a.mp4" } } as const;
    await expect(submitJob(context, { ...submission, body })).rejects.toMatchObject({
      code: "url-input-off",
    });
    expect(trail).toEqual([]);
  });

  it("keeps metadata and deadline", async () => {
    const { context, db } = engineWith();
    const deadline = new Date(Date.now() + 3_600_000);
    const more = { metadata: { customer: "42" }, deadline: deadline.toISOString() };
    await submitJob(context, { ...submission, body: { ...submission.body, ...more } });
    expect(db.values("insert-job").slice(9, 12)).toEqual([
      "transcode",
      { customer: "42" },
      deadline,
    ]);
  });

  it("keeps the priority that it asks for", async () => {
    const { context, db, messages } = engineWith();
    await submitJob(context, { ...submission, body: { ...submission.body, priority: "high" } });
    expect(db.values("insert-job")[4]).toBe("high");
    expect(messages[0]?.priority).toBe("high");
  });

  it.each<[string, Reply, number | undefined, string, string]>([
    [
      "does not exist",
      [],
      7,
      "upload-not-found",
      "There is no upload upload-1; if it was deleted, upload the file again",
    ],
    [
      "has not arrived",
      [stored],
      undefined,
      "upload-incomplete",
      "Nothing was stored for upload upload-1; PUT exactly 7 bytes to its URL as video/mp4 first: the store refuses any other size or media type (403 SignatureDoesNotMatch)",
    ],
    [
      "comes in parts that are not complete",
      [{ ...stored, in_parts: true }],
      undefined,
      "upload-incomplete",
      "Upload upload-1 comes in parts and is not complete; POST /v1/uploads/upload-1/complete first",
    ],
    [
      "is incomplete",
      [{ ...stored, size_bytes: "8" }],
      7,
      "upload-size-mismatch",
      "Upload upload-1 has 7 bytes, but 8 were announced",
    ],
    [
      "is larger than announced",
      [{ ...stored, size_bytes: "6" }],
      7,
      "upload-size-mismatch",
      "Upload upload-1 has 7 bytes, but 6 were announced",
    ],
  ])("is refused when its upload %s", async (_how, rows, size, code, message) => {
    const { context, files, trail } = engineWith({ "upload-of-project": rows });
    files.clear();
    if (size !== undefined) files.set("uploads/1", "x".repeat(size));
    await expect(submitJob(context, submission)).rejects.toMatchObject({ code, message });
    expect(trail).toEqual(["upload-of-project"]);
  });
});

describe("an Idempotency-Key", () => {
  it("is stored with a digest of the body", async () => {
    const { context, db } = engineWith({ [earlierJob]: [] });
    await submitJob(context, keyed);
    expect(db.values(earlierJob)).toEqual(["project-1", "key-1"]);
    expect(db.values("insert-job")[7]).toBe("key-1");
    expect(db.values("insert-job")[8]).toHaveLength(32);
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
      "insert-job": 0,
      [earlierJob]: () => (looks++ === 0 ? [] : rows),
    });
    expect(await submitJob(context, keyed)).toBe("job-0");
    expect(trail.slice(-5)).toEqual(["begin", "hold-upload", "insert-job", "commit", earlierJob]);
  });

  it("whose job has disappeared in between is an error", async () => {
    const { context } = engineWith({ "insert-job": 0, [earlierJob]: [] });
    await expect(submitJob(context, keyed)).rejects.toThrow("has disappeared");
  });
});
