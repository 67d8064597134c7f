import { describe, expect, it } from "vitest";
import {
  decide,
  parseRetryAfter,
  retrySeconds,
  type AttemptResult,
} from "../../../api/webhooks/schedule.ts";

const failed: AttemptResult = { status: 500, error: { code: "status", message: "500" } };
const day = 86_400;

describe("the schedule", () => {
  it("makes ten attempts in more than three days and less than four", () => {
    expect(retrySeconds).toHaveLength(9);
    const total = (random: number) =>
      retrySeconds.reduce((sum, _, failures) => {
        const decision = decide(failed, failures, random);
        return decision.state === "pending" ? sum + decision.delaySeconds : NaN;
      }, 0);
    expect(total(0.5) / day).toBeCloseTo(3.149, 2);
    expect(total(1) / day).toBeLessThan(3.5);
    expect(total(0) / day).toBeGreaterThan(2.8);
  });

  it("ends after the tenth failure", () => {
    expect(decide(failed, 9, 0.5)).toEqual({ state: "failed", isGone: false });
  });

  it("draws each pause between a tenth less and a tenth more", () => {
    expect([0, 0.5, 1].map((random) => decide(failed, 1, random))).toEqual(
      [270, 300, 330].map((delaySeconds) => ({
        state: "pending",
        delaySeconds: expect.closeTo(delaySeconds, 5) as number,
      })),
    );
  });

  it.each([
    ["shorter than the pause: the pause", 1, 300],
    ["longer: as the receiver asks", 1000, 1000],
    ["a year: a day", 365 * day, day],
  ])("waits for a Retry-After that is %s", (_, retryAfterSeconds, delaySeconds) => {
    const busy = { ...failed, status: 429, retryAfterSeconds };
    expect(decide(busy, 1, 0.5)).toEqual({ state: "pending", delaySeconds });
  });

  it("knows success, and a receiver that wants no more", () => {
    expect(decide({ status: 204 }, 3, 0)).toEqual({ state: "succeeded" });
    const gone: AttemptResult = { status: 410, error: { code: "gone", message: "410" } };
    expect(decide(gone, 0, 0)).toEqual({ state: "failed", isGone: true });
  });
});

describe("Retry-After", () => {
  const now = Date.parse("2026-11-21T10:00:00Z");
  it.each([
    [undefined, 0],
    ["120", 120],
    ["Sat, 21 Nov 2026 10:02:00 GMT", 120],
    ["Sat, 21 Nov 2026 09:00:00 GMT", 0],
    ["-5", 0],
    ["soon", 0],
    ["99999999999999999999", 0],
  ])("%s is %i seconds", (value, seconds) => {
    expect(parseRetryAfter(value, now)).toBe(seconds);
  });
});
