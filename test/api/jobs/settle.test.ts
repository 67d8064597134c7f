import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { JobError } from "@framewright/contracts/job.ts";
import type { LockedJob } from "../../../api/jobs/rows.ts";
import { endAttempt, lockAttempt, type AttemptEnd } from "../../../api/jobs/settle.ts";
import { FakeDb, lockedJob } from "../fake-engine.ts";

const job = lockedJob({
  attempt: 3,
  class: "nvenc.1080p",
  priority: "high",
  failures: { lost: 1 },
});

function errorOf(kind: JobError["kind"]): JobError {
  return { kind, code: "broken", message: "It broke" };
}

function failed(kind: JobError["kind"]): AttemptEnd & { error: JobError } {
  return { kind, outcome: "failed", error: errorOf(kind) };
}

async function settle(change: Partial<LockedJob>, end: AttemptEnd) {
  const db = new FakeDb({ "add-to-outbox": [{ id: "71" }] });
  const settlement = await endAttempt(db, { ...job, ...change }, end);
  return { db, settlement };
}

beforeEach(() => {
  vi.spyOn(Math, "random").mockReturnValue(0.5);
});

afterEach(() => {
  vi.restoreAllMocks();
});

describe("the end of an attempt without a result", () => {
  it("ends the job where the media is at fault", async () => {
    const end = failed("input");
    const { db, settlement } = await settle({}, end);
    expect(settlement).toMatchObject({ jobId: "job-1", state: "failed" });
    expect(db.trail).toEqual(["close-attempt", "end-job", "add-event"]);
    expect(db.values("close-attempt")).toEqual(["job-1", 3, "failed", end.error, null]);
    expect(db.values("end-job")).toEqual(["job-1", "failed", end.error, { lost: 1, input: 1 }]);
    expect(db.values("add-event")).toEqual(["job-1", "failed", 3, end.error]);
  });

  it("lets the job wait after a passing error, and sends no message before its time", async () => {
    const end = failed("transient");
    const { db, settlement } = await settle({ failures: { transient: 1 } }, end);
    expect(settlement).toMatchObject({ jobId: "job-1", state: "queued", message: undefined });
    expect(db.trail).toEqual(["close-attempt", "requeue-job", "add-event", "add-to-outbox"]);
    expect(db.values("requeue-job")).toEqual(["job-1", { transient: 2 }, 7.5]);
    expect(db.values("add-event")).toEqual(["job-1", "requeued", 3, end.error]);
    expect(db.values("add-to-outbox")).toEqual(["job-1", "nvenc.1080p", "high", 7.5]);
  });

  it("queues the job at once when nobody is at fault, and leaves two seconds for the fast path", async () => {
    const { db, settlement } = await settle({}, { kind: "preempted", outcome: "released" });
    const message = { outboxId: "71", jobId: "job-1", jobClass: "nvenc.1080p", priority: "high" };
    expect(settlement).toMatchObject({ jobId: "job-1", state: "queued", message });
    expect(db.values("close-attempt")).toEqual(["job-1", 3, "released", null, null]);
    expect(db.values("requeue-job")).toEqual(["job-1", { lost: 1 }, 0]);
    expect(db.values("add-event")).toEqual(["job-1", "requeued", 3, null]);
    expect(db.values("add-to-outbox")).toEqual(["job-1", "nvenc.1080p", "high", 2]);
  });

  it.each<[string, AttemptEnd, "normal" | "high"]>([
    ["lost work", { kind: "lost", outcome: "lost", error: errorOf("transient") }, "high"],
    ["work that was handed back", { kind: "preempted", outcome: "released" }, "high"],
    ["a passing error", failed("transient"), "normal"],
  ])(
    "sends the message of %s with priority, or as the job has it",
    async (_what, end, priority) => {
      const { db } = await settle({ priority: "normal" }, end);
      expect(db.values("add-to-outbox")[2]).toBe(priority);
    },
  );

  it.each<[string, AttemptEnd]>([
    ["fails", failed("input")],
    ["is handed back", { kind: "preempted", outcome: "released" }],
    ["is lost", { kind: "lost", outcome: "lost", error: errorOf("transient") }],
  ])("cancels a job that is to be cancelled when it %s, without an error", async (_how, end) => {
    const { db, settlement } = await settle({ cancel_requested: true }, end);
    expect(settlement).toMatchObject({ jobId: "job-1", state: "cancelled" });
    expect(db.trail).toEqual(["close-attempt", "end-job", "add-event"]);
    expect(db.values("close-attempt")).toEqual(["job-1", 3, "cancelled", null, null]);
    expect(db.values("end-job")).toEqual(["job-1", "cancelled", null, { lost: 1 }]);
    expect(db.values("add-event")).toEqual(["job-1", "cancelled", 3, null]);
  });

  it("is an error when the outbox took no row, so that the transaction is undone", async () => {
    const db = new FakeDb({ "add-to-outbox": [] });
    const released = { kind: "preempted", outcome: "released" } as const;
    await expect(endAttempt(db, job, released)).rejects.toThrow(
      "no outbox row was written for job job-1",
    );
  });
});

it("an attempt is locked by job, number and worker, and is lost when no row fits", async () => {
  const ref = { jobId: "job-1", attempt: 3, workerId: "worker-1" };
  const db = new FakeDb({ "lock-attempt": [job] });
  expect(await lockAttempt(db, ref)).toEqual(job);
  expect(db.values("lock-attempt")).toEqual(["job-1", 3, "worker-1"]);
  expect(await lockAttempt(new FakeDb({ "lock-attempt": [] }), ref)).toBeUndefined();
});
