import { describe, expect, it } from "vitest";
import type { JobState } from "@framewright/contracts/job.ts";
import { cancelJob } from "../../../api/jobs/cancel.ts";
import { actor, fakeEngine } from "../fake-engine.ts";

function engineWith(rows: readonly { state: JobState; cancel_requested: boolean }[]) {
  return fakeEngine({ "lock-job": rows.map((row) => ({ ...row, attempt: 2 })) });
}

describe("cancelling a job", () => {
  it("that waits ends it at once and takes its message back", async () => {
    const { context, db, trail } = engineWith([{ state: "queued", cancel_requested: false }]);
    await cancelJob(context, actor, "job-1");
    expect(trail).toEqual([
      ...["begin", "lock-job", "cancel-queued", "outbox-done", "add-event"],
      ...["record-write", "commit"],
      "changed job-1",
    ]);
    expect(db.values("lock-job")).toEqual(["job-1", "project-1"]);
    expect(db.values("cancel-queued")).toEqual(["job-1"]);
    expect(db.values("outbox-done")).toEqual(["job-1"]);
    expect(db.values("add-event")).toEqual(["job-1", "cancelled", 2, null]);
  });

  it("that runs asks its worker to stop", async () => {
    const { context, db, trail } = engineWith([{ state: "running", cancel_requested: false }]);
    await cancelJob(context, actor, "job-1");
    expect(trail).toEqual([
      ...["begin", "lock-job", "request-cancel", "add-event", "record-write", "commit"],
      "changed job-1",
    ]);
    expect(db.values("request-cancel")).toEqual(["job-1"]);
    expect(db.values("record-write")).toEqual([
      ...["project-1", "key-1", "tests", "job.cancel", "job-1", "request-1", "192.0.2.1"],
    ]);
    expect(db.values("add-event")).toEqual(["job-1", "cancel-requested", 2, null]);
  });

  it.each<[JobState, boolean]>([
    ["running", true],
    ["cancelled", true],
    ["cancelled", false],
  ])("that is %s (requested before: %s) changes nothing more", async (state, requested) => {
    const { context, trail } = engineWith([{ state, cancel_requested: requested }]);
    await cancelJob(context, actor, "job-1");
    expect(trail).toEqual(["begin", "lock-job", "commit"]);
  });

  it.each<JobState>(["succeeded", "failed"])("that has %s is refused", async (state) => {
    const { context, trail } = engineWith([{ state, cancel_requested: false }]);
    await expect(cancelJob(context, actor, "job-1")).rejects.toMatchObject({
      code: "job-already-finished",
      message: `Job job-1 has ${state} and cannot be cancelled`,
    });
    expect(trail).toEqual(["begin", "lock-job", "rollback"]);
  });

  it("of another project is refused as one that does not exist", async () => {
    const { context } = engineWith([]);
    await expect(
      cancelJob(context, { ...actor, projectId: "project-2" }, "job-1"),
    ).rejects.toMatchObject({
      code: "job-not-found",
    });
  });
});
