import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import type { JobClass } from "@framewright/contracts/job.ts";
import { startSweeper } from "../../../api/jobs/sweeper.ts";
import { fakeEngine, figures, lockedJob, type Script } from "../fake-engine.ts";

const lock = "pg_try_advisory_lock";
const alive = "SELECT 1";
const locked = lockedJob({ class: "nvenc.720p" });

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
});

afterEach(() => {
  vi.useRealTimers();
});

interface Setting {
  readonly script?: Script;
  readonly connected?: boolean;
  readonly depths?: Partial<Record<JobClass, number>>;
  readonly checkSchema?: () => Promise<void>;
}

/** A sweeper that gets the lock and finds nothing to do, but for what the test scripts. */
async function start({ script, connected = true, depths = {}, checkSchema }: Setting = {}) {
  const engine = fakeEngine({
    [lock]: [{ locked: true }],
    [alive]: 1,
    "expired-leases": [],
    "overdue-jobs": [],
    "outbox-waiting": [{ waiting: 0 }],
    "class-loads": [],
    "add-to-outbox": [{ id: "8" }],
    ...script,
  });
  const publishDue = vi.fn(() => Promise.resolve(0));
  const { context, trail } = engine;
  const sweeper = startSweeper({
    context: { ...context, outbox: { ...context.outbox, publishDue } },
    broker: { connected, depth: (jobClass) => Promise.resolve(depths[jobClass] ?? 0) },
    checkSchema: checkSchema ?? (() => Promise.resolve()),
  });
  onTestFinished(async () => {
    await sweeper.stop();
  });
  await vi.advanceTimersByTimeAsync(0);
  const times = (name: string) => trail.filter((one) => one === name).length;
  return { ...engine, sweeper, publishDue, times };
}

const seconds = (count: number) => vi.advanceTimersByTimeAsync(count * 1_000);

describe("the lock of the sweeper", () => {
  it("is asked for every five seconds by a replica that waits for it", async () => {
    let free = false;
    const { sweeper, publishDue, times, metrics } = await start({
      script: { [lock]: () => [{ locked: free }] },
    });
    expect([times(lock), sweeper.leading]).toEqual([1, false]);
    await seconds(4.9);
    expect(times(lock)).toBe(1);
    await seconds(0.1);
    expect([times(lock), publishDue.mock.calls.length]).toEqual([2, 0]);
    free = true;
    await seconds(5);
    expect([sweeper.leading, publishDue.mock.calls.length]).toEqual([true, 1]);
    expect(await figures(metrics.sweeperLeading)).toEqual({ "": 1 });
  });

  it("is lost with its session, and asked for again on another one a second later", async () => {
    let lost = false;
    const { sweeper, trail, times, metrics } = await start({
      script: { [alive]: () => (lost ? new Error("terminated") : 1) },
    });
    expect(sweeper.leading).toBe(true);
    lost = true;
    await seconds(1);
    expect([sweeper.leading, trail.at(-1)]).toEqual([false, "session ended"]);
    expect(await figures(metrics.sweeperLeading)).toEqual({ "": 0 });
    lost = false;
    await seconds(1);
    expect([sweeper.leading, times(lock)]).toEqual([true, 2]);
  });

  it("is not asked for while the schema is missing", async () => {
    let missing = true;
    const { sweeper, times } = await start({
      checkSchema: () => (missing ? Promise.reject(new Error("no schema")) : Promise.resolve()),
    });
    await seconds(3);
    expect(times(lock)).toBe(0);
    missing = false;
    await seconds(1);
    expect(sweeper.leading).toBe(true);
  });

  it.each([true, false])("is given back at the stop (held: %s)", async (held) => {
    const { sweeper, trail } = await start({ script: { [lock]: [{ locked: held }] } });
    const stopped = sweeper.stop();
    await seconds(0);
    await stopped;
    expect([sweeper.leading, trail.at(-1)]).toEqual([false, "session ended"]);
    const { length } = trail;
    await seconds(60);
    expect(trail).toHaveLength(length);
  });
});

describe("every second the leader", () => {
  it("publishes what is due, until a batch is not full", async () => {
    const { publishDue } = await start();
    expect(publishDue.mock.calls).toEqual([[200]]);
    publishDue.mockResolvedValueOnce(200).mockResolvedValueOnce(200).mockResolvedValueOnce(199);
    await seconds(1);
    expect(publishDue).toHaveBeenCalledTimes(4);
    await seconds(1);
    expect(publishDue).toHaveBeenCalledTimes(5);
  });

  it("ends attempts whose lease ran out, after the workers had two heartbeats to report", async () => {
    const { times, db } = await start();
    await seconds(9);
    expect(times("expired-leases")).toBe(0);
    await seconds(1);
    expect(times("expired-leases")).toBe(1);
    expect(db.values("expired-leases")).toEqual([200]);
  });
});

describe("a queued job whose deadline passed", () => {
  const deadline = new Date("2026-11-21T10:00:00Z");

  it.each([
    [0, "before an attempt began"],
    [2, "before another attempt began"],
  ])("fails after %i attempts, and no message is sent for it", async (attempt, when) => {
    const rows = [{ id: "job-1", attempt, deadline }];
    const { db, trail, metrics } = await start({
      script: { "overdue-jobs": () => rows.splice(0) },
    });
    await seconds(10);
    const error = {
      kind: "transient",
      code: "deadline-exceeded",
      message: `The job's deadline, 2026-11-21T10:00:00.000Z, passed ${when}`,
    };
    expect(db.values("fail-overdue")).toEqual(["job-1", error]);
    expect(db.values("outbox-done")).toEqual(["job-1"]);
    expect(db.values("add-event")).toEqual(["job-1", "failed", attempt, error]);
    expect(trail).toContain("changed job-1");
    expect(await figures(metrics.jobsOverdue)).toEqual({ "": 1 });
  });

  it("does not wait for another second behind a full batch", async () => {
    const batches = [200, 3];
    const { times } = await start({
      script: {
        "overdue-jobs": () =>
          Array.from({ length: batches.shift() ?? 0 }, (_, i) => ({
            id: `job-${i}`,
            attempt: 0,
            deadline,
          })),
      },
    });
    expect(times("overdue-jobs")).toBe(2);
  });
});

describe("an attempt whose lease ran out", () => {
  async function sweep(change: object) {
    const rows = [{ ...locked, ...change }];
    const engine = await start({ script: { "expired-leases": () => rows.splice(0) } });
    await seconds(10);
    return engine;
  }
  const error = {
    kind: "transient",
    code: "lease-expired",
    message: "The worker was silent for longer than its lease of 30 s",
  };

  it("is lost, and its job waits for another worker at once", async () => {
    const { db, trail, messages, metrics } = await sweep({ failures: { lost: 3 } });
    expect(db.values("close-attempt")).toEqual(["job-1", 2, "lost", error, null]);
    expect(db.values("requeue-job")).toEqual(["job-1", { lost: 4 }, 0]);
    expect(messages).toEqual([
      { outboxId: "8", jobId: "job-1", jobClass: "nvenc.720p", priority: "high" },
    ]);
    const committed = trail.indexOf("commit", trail.indexOf("requeue-job"));
    const told = trail.slice(committed, committed + 4);
    expect(told).toEqual(["commit", "changed job-1", "publish soon", "queue grew"]);
    expect(await figures(metrics.leasesExpired)).toEqual({ "": 1 });
    expect(await figures(metrics.attemptsEnded)).toEqual({ queued: 1 });
  });

  it("ends a job that has lost five workers, as its file's fault", async () => {
    const { db, messages, metrics } = await sweep({ failures: { lost: 4 } });
    const last = { kind: "input", code: "workers-lost" };
    const message = "5 workers were lost with this file";
    expect(db.values("end-job")).toEqual(["job-1", "failed", { ...last, message }, { lost: 5 }]);
    expect(messages).toEqual([]);
    expect(await figures(metrics.attemptsEnded)).toEqual({ failed: 1 });
  });
});

describe("every ten seconds the leader", () => {
  it("publishes again what a queue has lost", async () => {
    const { times, db, metrics } = await start({
      depths: { "nvenc.720p": 2, "cpu.720p": 3 },
      script: {
        "outbox-waiting": ([jobClass]) => [
          { waiting: jobClass === "nvenc.720p" || jobClass === "cpu.720p" ? 3 : 0 },
        ],
      },
    });
    expect(db.executions("outbox-doubt")).toEqual([["nvenc.720p", 15]]);
    expect(await figures(metrics.queueDepth)).toMatchObject({ "nvenc.720p": 2, "cpu.720p": 3 });
    await seconds(9);
    expect(times("outbox-doubt")).toBe(1);
    await seconds(1);
    expect(times("outbox-doubt")).toBe(2);
  });

  it("looks at no queue without the broker, but sweeps on", async () => {
    const { times, publishDue } = await start({ connected: false });
    await seconds(40);
    expect([times("outbox-waiting"), times("class-loads")]).toEqual([0, 0]);
    expect(publishDue).toHaveBeenCalledTimes(41);
  });

  it("moves stranded jobs, after the workers had the time of a lease to report", async () => {
    const { times } = await start();
    await seconds(29);
    expect(times("class-loads")).toBe(0);
    await seconds(1);
    expect(times("class-loads")).toBe(1);
    await seconds(10);
    expect(times("class-loads")).toBe(2);
  });
});
