import { describe, expect, it } from "vitest";
import { costOf, priceOf, storedUsage } from "../../../api/jobs/cost.ts";
import type { AttemptJson, StoredUsage } from "../../../api/jobs/rows.ts";
import { jobRow, succeededRow } from "../fakes.ts";

const usage = {
  cpuSeconds: 1800,
  gpuSeconds: 900,
  bytesIn: 1000,
  bytesOut: 3000,
  phases: { downloadMs: 100, encodeMs: 2000 },
};
const prices = { currency: "EUR", cpuHour: 0.04, gpuHour: 0.6 };

function attempt(number: number, used: StoredUsage | null): AttemptJson {
  const times = { startedAt: "2026-11-21T10:00:02Z", finishedAt: "2026-11-21T10:00:09Z" };
  return { number, worker: "w", outcome: "failed", ...times, error: null, usage: used };
}

const row = (...used: (StoredUsage | null)[]) =>
  succeededRow({ attempts: used.map((one, index) => attempt(index + 1, one)) });

describe("the cost of a job", () => {
  it("is what its attempts used, at the prices of the time", () => {
    const first = storedUsage(usage, prices);
    const second = storedUsage({ ...usage, phases: { encodeMs: 500, uploadMs: 7 } }, prices);
    expect(costOf(row(first, null, second))).toEqual({
      ...{ cpuSeconds: 3600, gpuSeconds: 1800, bytesIn: 2000, bytesOut: 6000, attempts: 2 },
      phases: { queuedMs: 2000, downloadMs: 100, encodeMs: 2500, uploadMs: 7 },
      price: { currency: "EUR", amount: 0.34 },
    });
  });

  it("has no price where the stack has none", () => {
    expect(costOf(row(storedUsage(usage, undefined)))).not.toHaveProperty("price");
  });

  it("does not add amounts of two currencies", () => {
    const earlier = storedUsage(usage, { ...prices, currency: "USD" });
    expect(costOf(row(earlier, storedUsage(usage, prices)))?.price).toEqual({
      ...{ currency: "EUR", amount: 0.17 },
    });
  });

  it.each([
    ["that no worker measured", row(null)],
    ["that goes on", jobRow({ state: "running", attempts: [attempt(1, usage)] })],
  ])("of a job %s is unknown", (_which, job) => {
    expect(costOf(job)).toBeUndefined();
  });

  it("is reckoned as that of a plan", () => {
    expect(priceOf({ cpuSeconds: 36, gpuSeconds: 0 }, prices)).toEqual({
      ...{ currency: "EUR", amount: 0.0004 },
    });
  });
});
