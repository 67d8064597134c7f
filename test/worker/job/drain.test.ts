import { describe, expect, it } from "vitest";
import { remainingMs } from "../../../worker/src/job/drain.ts";
import { readJobId } from "../../../worker/src/agent/amqp-session.ts";
import { Slots } from "../../../worker/src/agent/slots.ts";
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

describe("slots", () => {
  it("are given once, and back once", () => {
    const slots = new Slots(2);
    let told = 0;
    slots.onFree(() => {
      told += 1;
    });
    const first = slots.take();
    const second = slots.take();
    expect([slots.take(), slots.free]).toEqual([undefined, 0]);
    first?.();
    first?.();
    expect([slots.free, told]).toEqual([1, 1]);
    second?.();
    expect(slots.free).toBe(2);
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
