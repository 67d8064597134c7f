import { describe, expect, it, vi } from "vitest";
import { completeUpload, presignParts } from "../../../api/jobs/complete-upload.ts";
import { createMultipart, uploadView, type UploadRow } from "../../../api/jobs/uploads.ts";
import { actor, fakeEngine, keepAll, unlimited, type Script } from "../fake-engine.ts";

const mebibyte = 1024 ** 2;
const key = "uploads/p/u";
const storeUploadId = `parts of ${key}`;
const options = { uploadUrlSeconds: 900 };

const row = (change: Partial<UploadRow> = {}): UploadRow => ({
  id: "upload-1",
  object_key: key,
  filename: "holiday.mp4",
  content_type: "video/mp4",
  size_bytes: String(12 * mebibyte),
  created_at: new Date("2026-11-21T10:00:00Z"),
  part_bytes: String(5 * mebibyte),
  store_upload_id: storeUploadId,
  tus_metadata: null,
  completing: false,
  completed_at: null,
  ...change,
});
const part = (number: number, sizeBytes = number === 3 ? 2 * mebibyte : 5 * mebibyte) => ({
  ...{ number, sizeBytes },
  etag: `"${number}"`,
});
const completed = row({ completed_at: new Date() });

/** The upload begun, with these parts in the store. */
function engineWith(numbers: number[], script: Script = {}) {
  const rows = [row(), completed];
  let reads = 0;
  const engine = fakeEngine(
    { upload: () => [rows[Math.min(reads++, 1)] ?? completed], ...script },
    { retention: { ...keepAll, unfinishedDays: 7 } },
  );
  engine.parts.set(
    storeUploadId,
    numbers.map((number) => part(number)),
  );
  return { ...engine, complete: () => completeUpload(engine.context, actor, "upload-1") };
}

describe("an upload in parts", () => {
  const body = { contentType: "video/mp4", sizeBytes: 12 * mebibyte, multipart: true };
  const inserted = {
    "room-for-upload": [unlimited],
    "insert-upload": [{ created_at: new Date("2026-11-21T10:00:00Z") }],
  };

  it("has its row and its quota before the store begins it, and is told how to cut the file", async () => {
    const { context, db, trail, parts } = fakeEngine(inserted, {
      retention: { ...keepAll, unfinishedDays: 7 },
    });
    const ticket = await createMultipart(context, actor, body);
    const { uploadId } = ticket;
    expect(ticket).toEqual({
      ...{ uploadId, method: "multipart", partBytes: 5 * mebibyte, parts: 3 },
      expiresAt: "2026-11-28T10:00:00.000Z",
    });
    expect(trail).toEqual([
      ...["begin", "room-for-upload", "insert-upload", "commit"],
      ...["begin", "upload-begun", "record-write", "commit"],
    ]);
    expect([...parts.keys()]).toEqual([`parts of uploads/project-1/${uploadId}`]);
    expect(db.values("insert-upload").slice(5, 7)).toEqual([12 * mebibyte, 5 * mebibyte]);
  });

  it("that the store does not begin counts no longer, and leaves nothing", async () => {
    const { context, db, trail } = fakeEngine(inserted);
    const begin = () => Promise.reject(new Error("the store is away"));
    const multipart = { ...context.store.multipart, begin };
    const store = { ...context.store, multipart };
    await expect(createMultipart({ ...context, store }, actor, body)).rejects.toThrow("is away");
    expect(trail.slice(4)).toEqual(["begin", "delete-upload", "delete-objects", "commit"]);
    const [id] = db.values("insert-upload");
    expect(db.values("delete-objects")[0]).toEqual([`uploads/project-1/${String(id)}`]);
  });
});

const md5 = "XrY7u+Ae7tCTyyK7j1rNww==";
const presign = (engine: ReturnType<typeof engineWith>, numbers: number[]) =>
  presignParts(
    { context: engine.context, options, projectId: "project-1", uploadId: "upload-1" },
    { parts: numbers.map((number) => ({ number, md5 })) },
  );

describe("URLs of parts", () => {
  it("are for exactly their sizes and their bytes", async () => {
    const { parts } = await presign(engineWith([]), [3, 1]);
    expect(parts.map(({ number, sizeBytes, headers }) => [number, sizeBytes, headers])).toEqual([
      [3, 2 * mebibyte, { "content-length": String(2 * mebibyte), "content-md5": md5 }],
      [1, 5 * mebibyte, { "content-length": String(5 * mebibyte), "content-md5": md5 }],
    ]);
  });

  it.each<[string, UploadRow, number, string, string]>([
    ["a part that the file has not", row(), 4, "part-unknown", "has no part 4; its 12582912 bytes"],
    ["one PUT", row({ part_bytes: null }), 1, "upload-not-multipart", "is one PUT"],
    ["what is complete", completed, 1, "upload-completed", "is complete"],
    ["what is joined", row({ completing: true }), 1, "upload-completed", "being completed"],
  ])("are refused for %s", async (_what, found, number, code, text) => {
    const engine = engineWith([], { upload: [found] });
    await expect(presign(engine, [number])).rejects.toMatchObject({
      code,
      message: expect.stringContaining(text) as string,
    });
  });
});

describe("completing an upload", () => {
  it("joins its parts once, and records who asked", async () => {
    const { complete, files, trail, db } = engineWith([1, 2, 3]);
    expect(await complete()).toMatchObject({ state: "complete", parts: 3 });
    expect(files.get(key)).toHaveLength(12 * mebibyte);
    expect(trail).toEqual([
      ...["upload", "complete-upload", "begin", "upload-completed", "record-write", "commit"],
      "upload",
    ]);
    expect(db.values("record-write").slice(3, 5)).toEqual(["upload.complete", "upload-1"]);
  });

  it("whose parts are missing names them and is free for the next try", async () => {
    const { complete, trail, files } = engineWith([2]);
    await expect(complete()).rejects.toMatchObject({
      code: "upload-incomplete",
      message:
        "Parts 1, 3 of upload upload-1 are missing; send them with URLs of POST /v1/uploads/upload-1/parts",
      errors: [
        { path: "parts/1", message: "is missing" },
        { path: "parts/3", message: "is missing" },
      ],
    });
    expect(trail).toEqual(["upload", "complete-upload", "upload-not-completed"]);
    expect(files.size).toBe(0);
  });

  it("with a part of another size names both sizes", async () => {
    const { complete, parts } = engineWith([]);
    parts.set(storeUploadId, [part(1), part(2, 6), part(3)]);
    await expect(complete()).rejects.toMatchObject({
      code: "upload-size-mismatch",
      errors: [{ path: "parts/2", message: "has 6 bytes instead of 5242880" }],
    });
  });

  it.each([
    ["that is complete", completed, "complete"],
    ["that another request completes", row({ completing: true }), "completing"],
  ])("%s does nothing again", async (_what, found, state) => {
    const { complete, trail } = engineWith([1, 2, 3], { upload: [found], "complete-upload": 0 });
    expect(await complete()).toMatchObject({ state });
    expect(trail).not.toContain("upload-completed");
  });

  it("that the store has joined for a request whose answer got lost is noted", async () => {
    const { complete, parts, files, trail } = engineWith([]);
    parts.clear();
    files.set(key, "x".repeat(12 * mebibyte));
    expect(await complete()).toMatchObject({ state: "complete" });
    expect(trail).toContain("upload-completed");
  });

  it("whose parts are gone says so", async () => {
    const { complete, parts } = engineWith([]);
    parts.clear();
    await expect(complete()).rejects.toMatchObject({
      code: "upload-incomplete",
      message: expect.stringContaining("no parts of upload upload-1 any more") as string,
    });
  });

  it("that was deleted meanwhile deletes what was joined", async () => {
    const { complete, db } = engineWith([1, 2, 3], { "upload-completed": 0 });
    await expect(complete()).rejects.toMatchObject({ code: "upload-not-found" });
    expect(db.values("delete-objects")[0]).toEqual([key]);
  });

  it("that takes longer than a request goes on behind it", async () => {
    vi.useFakeTimers();
    try {
      const { context, trail } = engineWith([1, 2, 3], { upload: [row({ completing: true })] });
      const { promise, resolve } = Promise.withResolvers<boolean>();
      const { store } = context;
      const join: typeof store.multipart.join = async (ref, parts) =>
        (await promise) && store.multipart.join(ref, parts);
      const multipart = { ...store.multipart, join };
      const engine = { ...context, store: { ...store, multipart } };
      const answer = completeUpload(engine, actor, "upload-1");
      await vi.advanceTimersByTimeAsync(10_000);
      expect(await answer).toMatchObject({ state: "completing" });
      expect(trail).not.toContain("upload-completed");
      resolve(true);
      await vi.waitFor(() => {
        expect(trail).toContain("upload-completed");
      });
    } finally {
      vi.useRealTimers();
    }
  });
});

describe("the view of an upload", () => {
  const view = (found: UploadRow, numbers: number[] = [2]) =>
    uploadView(engineWith(numbers).context, found);

  it("shows the parts that the store has, and when they go", async () => {
    expect(await view(row())).toEqual({
      ...{ uploadId: "upload-1", method: "multipart", state: "incomplete" },
      ...{ filename: "holiday.mp4", contentType: "video/mp4", sizeBytes: 12 * mebibyte },
      ...{ createdAt: "2026-11-21T10:00:00.000Z", partBytes: 5 * mebibyte, parts: 3 },
      ...{ stored: [part(2)], expiresAt: "2026-11-28T10:00:00.000Z" },
    });
  });

  it("that the store has joined, which nobody noted, is complete from then on", async () => {
    const { context, parts, files, db } = engineWith([]);
    parts.clear();
    files.set(key, "x".repeat(12 * mebibyte));
    expect(await uploadView(context, row())).toMatchObject({ state: "complete", parts: 3 });
    expect(db.values("upload-joined")).toEqual(["upload-1"]);
  });

  it("of one PUT says whether it has arrived", async () => {
    const { context, files } = engineWith([]);
    const put = row({ part_bytes: null, store_upload_id: null });
    expect(await uploadView(context, put)).toMatchObject({ method: "PUT", state: "incomplete" });
    files.set(key, "x".repeat(12 * mebibyte));
    expect(await uploadView(context, put)).toMatchObject({ method: "PUT", state: "complete" });
  });
});
