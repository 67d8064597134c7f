import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { pino } from "pino";
import { LeaseKeeper } from "../../../worker/src/agent/lease-keeper.ts";
import type { Verdict } from "../../../worker/src/agent/worker-api.ts";
import { Stopped } from "../../../worker/src/job/failure.ts";

const log = pino({ level: "silent" });
const lease = {
  jobId: "00000000-0000-4000-8000-000000000000",
  attempt: 3,
  profile: "hls-720p",
  leaseSeconds: 30,
  heartbeatSeconds: 5,
  source: { url: "http://store/x", sizeBytes: 1 },
  requestId: "r",
} as const;

function keeperWith(heartbeat: () => Promise<Verdict>) {
  const beat = vi.fn(heartbeat);
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
});

describe("the lease keeper", () => {
  it.each<[Verdict, string | undefined]>([
    ["continue", undefined],
    ["cancel", "cancelled"],
    ["lost", "lost"],
  ])("takes the verdict %s for %s", async (verdict, wanted) => {
    const { keeper } = keeperWith(() => Promise.resolve(verdict));
    keeper.stopFor === undefined;
    await beats(keeper, 1);
    expect(reason(keeper)).toBe(wanted);
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

async function beats(keeper: LeaseKeeper, count: number): Promise<void> {
  void count;
  keeper.start();
  await vi.advanceTimersByTimeAsync(5001);
  await keeper.end();
}
