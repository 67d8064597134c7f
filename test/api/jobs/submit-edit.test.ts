import { describe, expect, it } from "vitest";
import { submitJob, type Submission } from "../../../api/jobs/submit.ts";
import { actor, fakeEngine, unlimited } from "../fake-engine.ts";

const submission: Submission = {
  ...actor,
  body: { uploadId: "upload-1", profile: "hls-720p" },
  idempotencyKey: undefined,
};

/** The engine with the upload in place. */
function engineWith() {
  const engine = fakeEngine({
    "upload-of-project": [
      { object_key: "uploads/1", size_bytes: "1", content_type: "video/mp4", in_parts: false },
    ],
    "hold-upload": [{}],
    "project-use": [unlimited],
    "add-to-outbox": [{ id: "5" }],
  });
  engine.files.set("uploads/1", "x");
  return engine;
}

describe("a submission", () => {
  it("with an edit stores it, and what a worker must be able to do", async () => {
    const { context, db } = engineWith();
    const edit = { clip: { start: 1, end: 2 } };
    await submitJob(context, { ...submission, body: { ...submission.body, edit } });
    expect(db.values("insert-job").slice(14)).toEqual([edit, ["clip"]]);
  });

  it("with an edit that ends before it begins is refused, and stores nothing", async () => {
    const { context, trail } = engineWith();
    const edit = { clip: { start: 2, end: 1 } };
    const body = { ...submission.body, edit };
    await expect(submitJob(context, { ...submission, body })).rejects.toMatchObject({
      code: "edit-invalid",
      message: expect.stringContaining("body/edit/clip/end must be at least") as string,
    });
    expect(trail).not.toContain("insert-job");
  });
});
