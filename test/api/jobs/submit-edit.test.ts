import { describe, expect, it } from "vitest";
import { submitJob } from "../../../api/jobs/submit.ts";
import { engineWith, inserted, submission } from "./submissions.ts";

describe("a submission", () => {
  it("with an edit stores it, and what a worker must be able to do", async () => {
    const { context, db } = engineWith();
    const edit = { clip: { start: 1, end: 2 } };
    await submitJob(context, { ...submission, body: { ...submission.body, edit } });
    expect(inserted(db)).toMatchObject({ edit, needs: ["clip"] });
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
