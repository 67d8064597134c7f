import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { pino } from "pino";
import { LeaseKeeper } from "../../../worker/src/agent/lease-keeper.ts";
import type { Verdict, WorkerApi } from "../../../worker/src/agent/worker-api.ts";
import { Stopped } from "../../../worker/src/failure.ts";
import { lease } from "../fake-api.ts";

const log = pino({ level: "silent" });

function keeperWith(answer: () => Promise<Verdict>) {
  const beat = vi.fn<WorkerApi["heartbeat"]>(answer);
  const keeper = new LeaseKeeper({ lease, api: { heartbeat: beat }, log, now: () => Date.now() });
  return { keeper, beat };
}

function reason(keeper: LeaseKeeper): string | undefined {
  return keeper.signal.reason instanceof Stopped ? keeper.signal.reason.reason : undefined;
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

async function run(keeper: LeaseKeeper, ms: number): Promise<void> {
  keeper.start();
  await vi.advanceTimersByTimeAsync(ms);
}

describe("the lease keeper", () => {
  it.each<[Verdict, string | undefined]>([
    ["continue", undefined],
    ["cancel", "cancelled"],
    ["lost", "lost"],
  ])("takes the verdict %s for %s", async (verdict, wanted) => {
    const { keeper } = keeperWith(() => Promise.resolve(verdict));
    await run(keeper, 5001);
    expect(reason(keeper)).toBe(wanted);
    await keeper.end();
  });

  it("sends the latest progress once per interval", async () => {
    const { keeper, beat } = keeperWith(() => Promise.resolve("continue"));
    for (const percent of [1, 2, 3]) keeper.report({ stage: "encoding", percent });
    await run(keeper, 11_000);
    await keeper.end();
    expect(beat.mock.calls).toHaveLength(2);
    expect(beat.mock.calls[0]).toMatchObject([
      { attempt: 3 },
      { stage: "encoding", percent: 3 },
      5000,
    ]);
  });

  it("tries again sooner than usual while the API is away, with longer pauses", async () => {
    // Of each pause the shortest that can be drawn.
    vi.spyOn(Math, "random").mockReturnValue(0);
    const { keeper, beat } = keeperWith(() => Promise.reject(new Error("away")));
    await run(keeper, 5_000);
    for (const [sent, pauseMs] of [1_250, 2_500, 2_500].entries()) {
      await vi.advanceTimersByTimeAsync(pauseMs - 1);
      expect(beat).toHaveBeenCalledTimes(sent + 1);
      await vi.advanceTimersByTimeAsync(1);
      expect(beat).toHaveBeenCalledTimes(sent + 2);
    }
    await keeper.end();
  });

  it("gives up when the lease is over and the API still away", async () => {
    const { keeper } = keeperWith(() => Promise.reject(new Error("away")));
    await run(keeper, 29_000);
    expect(reason(keeper)).toBeUndefined();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(reason(keeper)).toBe("lost");
    await keeper.end();
  });

  it("counts the lease from when the heartbeat was sent, not from when it was answered", async () => {
    const { keeper } = keeperWith(() => {
      vi.setSystemTime(Date.now() + 4_000);
      return Promise.resolve("continue");
    });
    await run(keeper, 5_000);
    await keeper.end();
    vi.setSystemTime(Date.now() + 26_000);
    keeper.assertHeld();
    vi.setSystemTime(Date.now() + 1);
    expect(() => {
      keeper.assertHeld();
    }).toThrow("lost");
  });

  it("refuses to write when the lease may have run out", () => {
    const { keeper } = keeperWith(() => Promise.resolve("continue"));
    keeper.assertHeld();
    vi.setSystemTime(Date.now() + 30_001);
    expect(() => {
      keeper.assertHeld();
    }).toThrow("lost");
  });

  it("keeps the first reason", () => {
    const { keeper } = keeperWith(() => Promise.resolve("continue"));
    keeper.stopFor("draining");
    keeper.stopFor("lost");
    expect(reason(keeper)).toBe("draining");
  });
});
