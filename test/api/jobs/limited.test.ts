import { describe, expect, it } from "vitest";
import { failAttempt } from "../../../api/jobs/finish.ts";
import { afterSettlement, wakeProject } from "../../../api/jobs/limited.ts";
import { fakeEngine, lockedJob } from "../fake-engine.ts";

const woken = { id: "7", job_id: "job-2", class: "cpu.720p", priority: "normal" };
const message = { outboxId: "7", jobId: "job-2", jobClass: "cpu.720p", priority: "normal" };

describe("a project with a place free", () => {
  it("has the messages of its next jobs sent at once", async () => {
    const { context, messages, trail } = fakeEngine({ "wake-project": [woken] });
    await wakeProject(context, "project-1");
    expect(messages).toEqual([message]);
    expect(trail).toEqual(["wake-project", "publish soon", "queue grew"]);
  });

  it("that has none waiting wakes nobody", async () => {
    const { context, trail } = fakeEngine({ "wake-project": [] });
    await wakeProject(context, "project-1");
    expect(trail).toEqual(["wake-project"]);
  });
});

describe("the end of an attempt", () => {
  const ref = { jobId: "job-1", attempt: 2, workerId: "worker-1" };
  const error = { kind: "input", code: "broken", message: "It broke" } as const;

  it.each([
    [null, 0],
    ["project-1", 1],
  ])("of a project with the quota %s wakes its next job %s times", async (limited, times) => {
    const { context, messages } = fakeEngine({
      "lock-attempt": [lockedJob({ limited_project: limited })],
      "wake-project": [woken],
    });
    expect(await failAttempt(context, ref, error)).toBe("failed");
    expect(messages).toHaveLength(times);
  });

  it("stands although the next job could not be woken, which is left to the sweeper", async () => {
    const { context, trail } = fakeEngine({ "wake-project": new Error("the database is away") });
    const job = lockedJob();
    const settlement = {
      jobId: job.id,
      state: "failed",
      job,
      limitedProject: "project-1",
    } as const;
    await afterSettlement(context, settlement);
    expect(trail).toEqual(["changed job-1", "wake-project"]);
  });
});
