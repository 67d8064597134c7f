import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cadenceOf, chooseFrameRate } from "../../../worker/src/media/frame-rate.ts";
import { parseRational, toNumber } from "../../../worker/src/media/rational.ts";

describe("the common frame rate", () => {
  it.each([
    ["30/1", "30/1", "30/1"],
    ["30000/1001", "30000/1001", "30000/1001"],
    ["24000/1001", "24000/1001", "24000/1001"],
    ["24/1", "24/1", "24/1"],
    ["25/1", "50/1", "25/1"],
    ["29970/1000", "30000/1001", "30000/1001"],
    ["120/1", "120/1", "120/2"],
    ["144/1", "144/1", "144/3"],
    ["120000/1001", "120000/1001", "120000/2002"],
    ["25/2", "25/2", "25/2"],
    ["1/10", "1/10", "1/1"],
  ])("of a constant source with mean %s and base %s is %s", (average, base, wanted) => {
    const rate = chooseFrameRate({ average: parseRational(average), base: parseRational(base) });
    const expected = parseRational(wanted);
    expect(toNumber(rate)).toBeCloseTo(toNumber(expected!), 9);
  });

  it.each([
    ["22/1", "30/1", 30],
    ["173/10", "90000/1", 24],
    ["31/1", "1000/1", 48],
    ["70/1", "90000/1", 60],
  ])("of a variable source with mean %s and base %s is %d", (average, base, wanted) => {
    const rate = chooseFrameRate({ average: parseRational(average), base: parseRational(base) });
    expect(toNumber(rate)).toBe(wanted);
  });

  it("falls back to 30 when nothing is stated", () => {
    expect(chooseFrameRate({})).toEqual({ num: 30, den: 1 });
  });

  it("never exceeds 60 and never drops under 1", () => {
    const rational = fc.record({
      num: fc.integer({ min: 1, max: 240_000 }),
      den: fc.integer({ min: 1, max: 1001 }),
    });
    fc.assert(
      fc.property(rational, rational, (average, base) => {
        const fps = toNumber(chooseFrameRate({ average, base }));
        return fps >= 0.999 && fps <= 60.03;
      }),
    );
  });
});

describe("the cadence", () => {
  it.each([
    ["30/1", 60, 180, "6.000000"],
    ["25/1", 50, 150, "6.000000"],
    ["30000/1001", 60, 180, "6.006000"],
    ["24000/1001", 48, 144, "6.006000"],
    ["60000/1001", 120, 360, "6.006000"],
    ["1/1", 2, 6, "6.000000"],
  ])("at %s has GOPs of %d and segments of %d frames in %s s", (rate, gop, segment, seconds) => {
    const fps = parseRational(rate);
    expect(cadenceOf(fps!)).toEqual({
      fps,
      gopFrames: gop,
      segmentFrames: segment,
      segmentSeconds: seconds,
    });
  });

  it("states segment seconds that never lie past the keyframe they wait for", () => {
    const rates = fc.record({
      num: fc.integer({ min: 1000, max: 60_000 }),
      den: fc.integer({ min: 1000, max: 1001 }),
    });
    fc.assert(
      fc.property(rates, (fps) => {
        const cadence = cadenceOf(fps);
        const truth = (cadence.segmentFrames * fps.den) / fps.num;
        const stated = Number(cadence.segmentSeconds);
        return stated <= truth + 1e-9 && truth - stated < 2e-6;
      }),
    );
  });
});
