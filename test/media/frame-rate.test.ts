import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  busiestSecond,
  cadenceOf,
  chooseFrameRate,
  fieldRate,
  plannedRate,
} from "../../media/frame-rate.ts";
import { formatRational, parseRational, toNumber } from "../../media/rational.ts";

const millisecond = 0.001;

interface Stamps {
  readonly fps: number;
  readonly seconds?: number;
  readonly start?: number;
  /** Of the container's clock. */
  readonly tick?: number;
}

function stamps({ fps, seconds = 10, start = 0, tick = 1e-6 }: Stamps): number[] {
  return Array.from(
    { length: Math.round(seconds * fps) },
    (_, index) => Math.round((start + index / fps) / tick) * tick,
  );
}

/** Stamps that lie up to 8 ms off, the same ones each time. */
function jittered(times: readonly number[]): number[] {
  return times
    .map((time, index) => time + (((index * 7919) % 17) - 8) * millisecond)
    .toSorted((a, b) => a - b);
}

function chosen(average: string, base: string, times: readonly number[]): number {
  const stated = { average: parseRational(average), base: parseRational(base) };
  return toNumber(plannedRate(chooseFrameRate(stated, times)));
}

describe("the common frame rate", () => {
  it.each([
    ["1/1", 1],
    ["2/1", 2],
    ["5/1", 5],
    ["10/1", 10],
    ["12/1", 12],
    ["25/2", 12.5],
    ["15/1", 15],
    ["20/1", 20],
    ["24000/1001", 24000 / 1001],
    ["24/1", 24],
    ["25/1", 25],
    ["30000/1001", 30000 / 1001],
    ["29970/1000", 30000 / 1001],
    ["30/1", 30],
    ["48/1", 48],
    ["50/1", 50],
    ["60000/1001", 60000 / 1001],
    ["60/1", 60],
    ["301/5", 60],
    ["72/1", 36],
    ["75/1", 37.5],
    ["90/1", 45],
    ["100/1", 50],
    ["120000/1001", 60000 / 1001],
    ["120/1", 60],
    ["144/1", 48],
    ["240/1", 60],
  ])("of a source at a constant %s is %d, in exact stamps and in milliseconds", (rate, wanted) => {
    const { num, den } = parseRational(rate)!;
    for (const tick of [1e-6, millisecond]) {
      expect(chosen(rate, rate, stamps({ fps: num / den, tick }))).toBeCloseTo(wanted, 9);
    }
  });

  it.each<[string, string, string, number[], number]>([
    ["interlaced pictures, stated at twice their rate", "25/1", "50/1", stamps({ fps: 25 }), 25],
    [
      "a film with pulldown",
      "24000/1001",
      "60000/1001",
      stamps({ fps: 24000 / 1001 }).map((time) => Math.round(time * 59.94) / 59.94),
      24000 / 1001,
    ],
    ["a mean that is too low", "5/1", "5/1", stamps({ fps: 30 }), 30],
    ["a mean that is too high", "1000/1", "1000/1", stamps({ fps: 25 }), 25],
    ["no statement", "0/0", "0/0", stamps({ fps: 30 }), 30],
    ["no statement, in milliseconds", "0/0", "90000/1", stamps({ fps: 24, tick: 0.001 }), 24],
    ["jitter of 8 ms at 30", "30/1", "30/1", jittered(stamps({ fps: 30 })), 30],
    ["jitter of 8 ms and a foolish base", "2997/100", "90000/1", jittered(stamps({ fps: 30 })), 30],
    ["jitter of 8 ms at 60", "60/1", "60/1", jittered(stamps({ fps: 60 })), 60],
    [
      "every third picture missing",
      "20/1",
      "30/1",
      stamps({ fps: 30 }).filter((_, index) => index % 3 !== 0),
      30,
    ],
    [
      "single pictures missing",
      "29/1",
      "30/1",
      stamps({ fps: 30 }).filter((_, index) => index % 30 !== 7),
      30,
    ],
    [
      "a burst of 60 in a slow recording",
      "15/1",
      "90000/1",
      [...stamps({ fps: 5, seconds: 8 }), ...stamps({ fps: 60, seconds: 2, start: 8 })],
      60,
    ],
    [
      "a burst too short to matter",
      "27/1",
      "90000/1",
      [...stamps({ fps: 25, seconds: 30 }), ...stamps({ fps: 60, seconds: 1, start: 30 })],
      25,
    ],
    [
      "a slow end after a fast start",
      "20/1",
      "1000/1",
      [...stamps({ fps: 30, seconds: 5 }), ...stamps({ fps: 1, seconds: 20, start: 5 })],
      30,
    ],
    ["a burst above the cap", "40/1", "90000/1", stamps({ fps: 110 }), 60],
    ["a slide every ten seconds", "1/10", "1/10", stamps({ fps: 0.1, seconds: 200 }), 1],
    ["an unusual rate", "0/0", "0/0", stamps({ fps: 18 }), 18],
    ["all pictures at one time", "25/1", "25/1", [1, 1, 1, 1, 1], 10],
  ])("of %s (mean %s, base %s)", (_title, average, base, times, wanted) => {
    expect(chosen(average, base, times)).toBeCloseTo(wanted, 9);
  });

  it.each([
    ["0/0", [], 10],
    ["25/1", [0], 10],
    ["25/1", [0, 60], 10],
    ["1/60", [0, 60], 1],
    ["1/5", [3], 1],
  ])("of a still, stated at %s with pictures at %j, is %d", (average, times, wanted) => {
    expect(chosen(average, average, times)).toBe(wanted);
  });

  it("never exceeds 60 and never drops under 1", () => {
    const rational = fc.record({
      num: fc.integer({ min: 1, max: 240_000 }),
      den: fc.integer({ min: 1, max: 1001 }),
    });
    const intervals = fc.array(fc.double({ min: 0, max: 20, noNaN: true }), { maxLength: 40 });
    fc.assert(
      fc.property(rational, rational, intervals, (average, base, steps) => {
        const times = steps.map((_, index) =>
          steps.slice(0, index).reduce((sum, step) => sum + step, 0),
        );
        const fps = toNumber(plannedRate(chooseFrameRate({ average, base }, times)));
        return fps >= 0.999 && fps <= 60.03;
      }),
    );
  });
});

describe("the rate of fields", () => {
  it.each([
    ["25/1", 50],
    ["30000/1001", 60000 / 1001],
    ["24/1", 48],
    ["50/1", 50],
  ])("of pictures at %s is %d", (rate, wanted) => {
    expect(toNumber(plannedRate(fieldRate(parseRational(rate)!)))).toBeCloseTo(wanted, 9);
  });
});

describe("the rate under a cap", () => {
  it.each([
    // What the cap allows stays as it is.
    ["24000/1001", 30, "24000/1001"],
    ["25/1", 30, "25/1"],
    ["30/1", 30, "30/1"],
    ["24/2", 30, "24/2"],
    ["60/1", 60, "60/1"],
    // Every n-th picture of what has more.
    ["60/1", 30, "30/1"],
    ["60000/1001", 30, "30000/1001"],
    ["50/1", 30, "25/1"],
    ["48/1", 30, "24/1"],
    ["48000/1001", 24, "24000/1001"],
    ["75/1", 30, "25/1"],
    ["90/1", 30, "30/1"],
    ["100/1", 30, "25/1"],
    ["120/1", 30, "30/1"],
    ["120/1", 50, "40/1"],
    ["120/1", 60, "60/1"],
    ["120000/1001", 50, "40000/1001"],
    ["144/1", 30, "144/5"],
    ["240/1", 30, "30/1"],
    ["240/1", 60, "60/1"],
    ["60/1", 50, "30/1"],
    ["60/1", 48, "30/1"],
    ["60/1", 25, "20/1"],
    ["60/1", 24, "20/1"],
    ["30/1", 25, "15/1"],
    ["30/1", 15, "15/1"],
    ["25/1", 10, "25/3"],
    // Exactly the cap where that leaves out single pictures.
    ["301/10", 30, "30/1"],
    ["301/5", 30, "30/1"],
    ["301/5", 60, "60/1"],
    ["31/1", 30, "30/1"],
    ["25/1", 24, "24/1"],
    ["50/1", 24, "24/1"],
    ["60/1", 29, "29/1"],
    ["62/1", 30, "30/1"],
  ])("of %s, where %d are allowed, is %s", (rate, maxFps, wanted) => {
    expect(formatRational(plannedRate(parseRational(rate)!, maxFps))).toBe(wanted);
  });

  it("is the source's, a whole part of it that no smaller divisor allows, or the cap", () => {
    const rates = fc.record({
      num: fc.integer({ min: 1000, max: 240_000 }),
      den: fc.constantFrom(1000, 1001),
    });
    fc.assert(
      fc.property(rates, fc.integer({ min: 10, max: 60 }), (rate, maxFps) => {
        const [source, planned] = [toNumber(rate), toNumber(plannedRate(rate, maxFps))];
        expect(planned).toBeLessThanOrEqual(maxFps * 1.0004);
        if (planned === source) return;
        expect(source).toBeGreaterThan(maxFps);
        if (planned === maxFps) return;
        const divisor = Math.round(source / planned);
        expect(source / planned).toBeCloseTo(divisor, 9);
        expect(source / (divisor - 1)).toBeGreaterThan(maxFps);
      }),
    );
  });
});

describe("the rate of a source", () => {
  it.each([
    ["120/1", stamps({ fps: 120 }), 120],
    ["240/1", stamps({ fps: 240 }), 240],
    // Stamps a ninety-thousandth apart show nothing that is 90 000 times a second.
    ["90000/1", stamps({ fps: 90_000, seconds: 0.01, tick: 1 / 90_000 }), 60],
  ])("that says %s is whole, if a camera may have made it", (stated, times, wanted) => {
    const rate = parseRational(stated);
    expect(toNumber(chooseFrameRate({ average: rate, base: rate }, times))).toBe(wanted);
  });
});

describe("the busiest second", () => {
  it.each<[string, number[], number | undefined]>([
    ["of a constant rate is none", stamps({ fps: 25 }), undefined],
    [
      "is the burst",
      [...stamps({ fps: 5, seconds: 8 }), ...stamps({ fps: 60, seconds: 2, start: 8 })],
      8,
    ],
    ["of one picture is none", [3], undefined],
    ["of nothing is none", [], undefined],
  ])("%s", (_title, times, wanted) => {
    expect(busiestSecond({ times, keyTimes: times }, 0)).toBe(wanted);
  });

  it.each<[string, number[], number, number | undefined]>([
    ["is the burst, near enough behind a keyframe", [0, 6], 2, 8],
    ["is none, where a decoder takes too long to get there", [0], 5, undefined],
  ])("%s", (_title, keyTimes, maxLead, wanted) => {
    const times = [...stamps({ fps: 5, seconds: 8 }), ...stamps({ fps: 60, seconds: 2, start: 8 })];
    expect(busiestSecond({ times, keyTimes }, maxLead)).toBe(wanted);
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
