import { describe, expect, it } from "vitest";
import type { JobState } from "@framewright/contracts/job.ts";
import { deleteJob, deleteUpload } from "../../../api/jobs/delete.ts";
import { actor, fakeEngine, figures } from "../fake-engine.ts";

const unused = { "lock-job-to-delete": [], "jobs-that-need-result": [] };

describe("deleting a job", () => {
  it.each<[JobState, number, boolean]>([
    ["queued", 0, false],
    ["queued", 1, true],
    ["running", 1, true],
    ["succeeded", 2, true],
    ["failed", 3, true],
  ])("that is %s after %s attempts deletes rows and then files", async (state, attempt, wrote) => {
    const { context, db, trail, metrics } = fakeEngine({
      ...unused,
      "delete-job": [{ state, attempt }],
      "wake-project": [],
    });
    await deleteJob(context, actor, "job-1");
    expect(trail).toEqual([
      ...["begin", "lock-job-to-delete", "jobs-that-need-result"],
      ...["delete-job", ...(wrote ? ["delete-objects"] : []), "record-write", "commit"],
      ...(state === "running" ? ["wake-project"] : []),
      "changed job-1",
    ]);
    expect(db.values("delete-job")).toEqual(["job-1", "project-1"]);
    if (wrote) expect(db.values("delete-objects")[0]).toEqual(["jobs/job-1/"]);
    expect(db.values("record-write")[3]).toBe("job.delete");
    const ended = await figures(metrics.attemptsEnded);
    expect(ended).toEqual(state === "running" ? { cancelled: 1 } : {});
  });

  it("of another project, or once more, is refused as one that does not exist", async () => {
    const { context, trail } = fakeEngine({ ...unused, "delete-job": [] });
    await expect(deleteJob(context, actor, "job-1")).rejects.toMatchObject({
      code: "job-not-found",
    });
    expect(trail.slice(-2)).toEqual(["delete-job", "rollback"]);
  });

  it("whose result others need is refused with their names", async () => {
    const { context, trail } = fakeEngine({
      ...unused,
      "jobs-that-need-result": [{ id: "job-2" }],
    });
    await expect(deleteJob(context, actor, "job-1")).rejects.toMatchObject({
      code: "job-in-use",
      message: "The result of job job-1 is needed by jobs job-2; cancel or delete them first",
    });
    expect(trail.at(-1)).toBe("rollback");
  });
});

describe("deleting an upload", () => {
  const locked = { "lock-upload": [{ object_key: "uploads/p/u" }] };

  it("deletes the row and then the object", async () => {
    const { context, db, trail } = fakeEngine({ ...locked, "jobs-that-need-upload": [] });
    await deleteUpload(context, actor, "upload-1");
    expect(trail).toEqual([
      ...["begin", "lock-upload", "jobs-that-need-upload", "delete-upload", "delete-objects"],
      ...["record-write", "commit"],
    ]);
    expect(db.values("lock-upload")).toEqual(["upload-1", "project-1"]);
    expect(db.values("delete-objects")[0]).toEqual(["uploads/p/u"]);
    expect(db.values("record-write").slice(3, 5)).toEqual(["upload.delete", "upload-1"]);
  });

  it.each([
    [2, "job-0, job-1; cancel"],
    [11, "job-8, job-9 and more; cancel"],
  ])("that %s jobs need is refused with their names", async (count, text) => {
    const jobs = Array.from({ length: count }, (_, index) => ({ id: `job-${index}` }));
    const { context, trail } = fakeEngine({ ...locked, "jobs-that-need-upload": jobs });
    await expect(deleteUpload(context, actor, "upload-1")).rejects.toMatchObject({
      code: "upload-in-use",
      message: expect.stringContaining(text) as string,
    });
    expect(trail.at(-1)).toBe("rollback");
  });

  it("of another project, or once more, is refused as one that does not exist", async () => {
    const { context } = fakeEngine({ "lock-upload": [] });
    await expect(deleteUpload(context, actor, "upload-1")).rejects.toMatchObject({
      code: "upload-not-found",
    });
  });
});
