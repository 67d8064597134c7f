import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { drainJobs, remainingMs } from "../../../worker/src/job/drain.ts";
import { readJobId } from "../../../worker/src/agent/amqp-session.ts";
import type { StopReason } from "../../../worker/src/failure.ts";
import type { RunningJob } from "../../../worker/src/job/run-job.ts";
import { lease } from "../fake-api.ts";
import { backoffMs } from "@framewright/runtime/retry.ts";

describe("the rest of a job", () => {
  it.each([
    [50, 60_000, 60_000],
    [90, 90_000, 10_000],
    [5, 1000, Number.POSITIVE_INFINITY],
    [100, 1000, 0],
  ])("at %d percent after %d ms takes %d ms", (percent, elapsed, wanted) => {
    expect(remainingMs(percent, elapsed)).toBe(wanted);
  });
});

describe("a drain", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"], now: 100_000 });
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  /** A job that began `elapsedMs` ago and ends when it is stopped, or after `endsMs`. */
  function job(percent: number, elapsedMs: number, endsMs: number) {
    const { promise: done, resolve } = Promise.withResolvers<"succeeded" | StopReason>();
    const timer = setTimeout(resolve, endsMs, "succeeded");
    const stopFor = vi.fn((reason: StopReason) => {
      clearTimeout(timer);
      resolve(reason);
    });
    const keeper = { progress: { stage: "encoding", percent }, stopFor };
    const running = { keeper, startedAt: performance.now() - elapsedMs, done, lease };
    return { running: running as unknown as RunningJob, stopFor, done };
  }

  it("hands back at once what will not end in time, and lets the rest end", async () => {
    const long = job(50, 60_000, 60_000);
    const unknown = job(5, 1000, 60_000);
    const short = job(90, 90_000, 10_000);
    const drained = drainJobs(
      new Set([long, unknown, short].map(({ running }) => running)),
      20_000,
    );
    expect([long.stopFor, unknown.stopFor].map((stop) => stop.mock.calls)).toEqual([
      [["draining"]],
      [["draining"]],
    ]);
    await vi.advanceTimersByTimeAsync(10_000);
    await drained;
    expect(await short.done).toBe("succeeded");
    expect(short.stopFor).not.toHaveBeenCalled();
  });

  it("hands back three seconds before its end what takes longer than it seemed", async () => {
    const late = job(90, 90_000, 60_000);
    const drained = drainJobs(new Set([late.running]), 20_000);
    await vi.advanceTimersByTimeAsync(16_999);
    expect(late.stopFor).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    await drained;
    expect(await late.done).toBe("draining");
  });

  it("hands back at once what would end in the seconds that handing back takes", async () => {
    const close = job(50, 18_000, 18_000);
    const drained = drainJobs(new Set([close.running]), 20_000);
    expect(close.stopFor.mock.calls).toEqual([["draining"]]);
    await drained;
  });

  it("waits for a job that began after it", async () => {
    const jobs = new Set([job(5, 1000, 60_000).running]);
    const late = job(0, 0, 500);
    let isOver = false;
    const drained = drainJobs(jobs, 20_000).then(() => (isOver = true));
    jobs.add(late.running);
    await vi.advanceTimersByTimeAsync(499);
    expect(isOver).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    await drained;
  });

  it("leaves half of a short grace for what will end in it", async () => {
    const short = job(90, 4_500, 500);
    const late = job(90, 4_500, 60_000);
    const drained = drainJobs(new Set([short.running, late.running]), 2_000);
    await vi.advanceTimersByTimeAsync(999);
    expect([await short.done, late.stopFor.mock.calls.length]).toEqual(["succeeded", 0]);
    await vi.advanceTimersByTimeAsync(1);
    await drained;
    expect(late.stopFor).toHaveBeenCalledOnce();
  });

  it("is over at once when nothing runs", async () => {
    await drainJobs(new Set(), 20_000);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("a message", () => {
  const id = "3f0c2a34-7c0f-4a63-9d55-6f6b6a2f9b10";

  it.each([
    [`{"v":1,"jobId":"${id}"}`, id],
    [`{"v":2,"jobId":"${id}"}`, undefined],
    ['{"v":1,"jobId":"../../etc"}', undefined],
    ['{"v":1}', undefined],
    ["not json", undefined],
    ["", undefined],
  ])("%s names the job %s", (text, wanted) => {
    expect(readJobId(Buffer.from(text))).toBe(wanted);
  });
});

describe("a pause between tries", () => {
  it("doubles up to its limit and is drawn from the upper half", () => {
    for (let attempt = 0; attempt < 10; attempt += 1) {
      const full = Math.min(8000, 500 * 2 ** attempt);
      const pause = backoffMs(attempt, 500, 8000);
      expect(pause).toBeGreaterThanOrEqual(full / 2);
      expect(pause).toBeLessThanOrEqual(full);
    }
  });
});
