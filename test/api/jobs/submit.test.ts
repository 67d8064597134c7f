import { describe, expect, it } from "vitest";
import { submitJob } from "../../../api/jobs/submit.ts";
import { aProfile } from "../../support/profiles.ts";
import { actor, unlimited, type Reply } from "../fake-engine.ts";
import { noSource } from "../fake-source.ts";
import { engineWith, inserted, stored, submission } from "./submissions.ts";

describe("a submission", () => {
  it("stores job, message and event together, and sends the message after the commit", async () => {
    const { context, db, trail, messages } = engineWith();
    const id = await submitJob(context, submission);
    expect(trail).toEqual([
      ...["upload-of-project", "insert-job"],
      ...[`changed ${id}`, "publish soon", "queue grew"],
    ]);
    expect(db.values("upload-of-project")).toEqual(["upload-1", "project-1"]);
    expect(db.values("insert-job").slice(1)).toEqual([
      actor.keyId,
      actor.keyName,
      actor.address,
      null,
      null,
    ]);
    expect(inserted(db)).toEqual({
      ...{ id, project_id: "project-1", request_id: "request-1", kind: "transcode" },
      ...{ ...noSource, upload_id: "upload-1", metadata: {}, deadline: null },
      ...{ profile: "hls-720p", profile_definition: aProfile("hls-720p"), edit: null, needs: [] },
      ...{ priority: "normal", class: "nvenc.720p" },
      ...{ idempotency_key: null, idempotency_digest: null, traceparent: null },
    });
    expect(messages).toEqual([
      { outboxId: "5", jobId: id, jobClass: "nvenc.720p", priority: "normal" },
    ]);
  });

  it("of a profile that nobody has is told which there are, and stores nothing", async () => {
    const { context, trail } = engineWith();
    const body = { ...submission.body, profile: "4k" };
    await expect(submitJob(context, { ...submission, body })).rejects.toMatchObject({
      code: "profile-unknown",
      message:
        'body/profile must be one of hls-720p, hls-1080p, hls-1080p-av1, hls-1080p-hevc, hls-2160p, but is "4k"',
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
    expect(asked).toEqual([{ kind: "transcode", tier: "1080p", needs: [] }]);
    const row = inserted(db);
    const { video, ...rest } = aProfile("hls-720p");
    expect(row["profile"]).toBe("own-ladder");
    expect(row["profile_definition"]).toEqual({ ...rest, video: { ...video, ladder } });
  });

  it("with outputs keeps them in the profile, and needs a worker that knows them", async () => {
    const { context, db } = engineWith();
    const outputs = { hls: {}, mp4: { rendition: "480p" } };
    await submitJob(context, { ...submission, body: { ...submission.body, outputs } });
    expect(inserted(db)).toMatchObject({
      ...{ profile: "hls-720p", needs: ["outputs"] },
      profile_definition: { packaging: { format: "hls", outputs } },
    });
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
    const { context, messages } = engineWith({ "insert-job": [] });
    await expect(submitJob(context, submission)).rejects.toMatchObject({
      code: "upload-not-found",
    });
    expect(messages).toEqual([]);
  });

  it("is refused where a quota leaves no room, and sends nothing", async () => {
    const { context, messages } = engineWith({
      "insert-job": [
        { ...unlimited, max_queued: 3, queued: 3, exceeded: "queued", outbox_id: null },
      ],
    });
    await expect(submitJob(context, submission)).rejects.toMatchObject({
      code: "quota-exceeded",
      message: "3 jobs of the project wait, and 3 may; submit again when some have begun",
    });
    expect(messages).toEqual([]);
  });

  it("names its upload in either form", async () => {
    const { context, db } = engineWith();
    const body = { profile: "hls-720p", input: { uploadId: "upload-1" } } as const;
    await submitJob(context, { ...submission, body });
    expect(db.values("upload-of-project")).toEqual(["upload-1", "project-1"]);
    expect(inserted(db)).toMatchObject({ upload_id: "upload-1", source_url: null });
  });

  it("for a URL looks for no upload, and keeps the URL", async () => {
    const policy = { schemes: ["https"], ports: [443], ranges: [] } as const;
    const urlInput = { policy, maxBytes: 1, maxSeconds: 1, maxRedirects: 1 };
    const { context, db, trail } = engineWith();
    const body = { profile: "hls-720p", input: { url: "https://media.example/a.mp4" } } as const;
    await submitJob({ ...context, urlInput }, { ...submission, body });
    expect(trail[0]).toBe("insert-job");
    const url = "https://media.example/a.mp4";
    expect(inserted(db)).toMatchObject({ upload_id: null, source_url: url });
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
    expect(inserted(db)).toMatchObject({ metadata: { customer: "42" }, deadline });
  });

  it("keeps the priority that it asks for", async () => {
    const { context, db, messages } = engineWith();
    await submitJob(context, { ...submission, body: { ...submission.body, priority: "high" } });
    expect(inserted(db)).toMatchObject({ priority: "high" });
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
