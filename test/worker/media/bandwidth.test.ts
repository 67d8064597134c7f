import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { measureBandwidth } from "../../../worker/src/media/bandwidth.ts";

describe("the bandwidth", () => {
  it.each([
    ["of one segment is its rate", [[6, 600_000]], 800_000, 800_000],
    [
      "peaks at the largest segment",
      [
        [6, 600_000],
        [6, 900_000],
        [6, 300_000],
      ],
      800_000,
      1_200_000,
    ],
    [
      "does not peak at a short last segment",
      [
        [6, 600_000],
        [0.5, 100_000],
      ],
      861_539,
      861_539,
    ],
    [
      "counts a short last segment with the one before",
      [
        [6, 600_000],
        [2, 400_000],
      ],
      1_000_000,
      1_000_000,
    ],
  ])("%s", (_title, pairs, average, peak) => {
    const segments = pairs.map(([seconds = 0, bytes = 0]) => ({ seconds, bytes }));
    expect(measureBandwidth(segments)).toEqual({ average, peak });
  });

  it("never peaks below its mean", () => {
    const segment = fc.record({
      seconds: fc.integer({ min: 1, max: 7000 }).map((ms) => ms / 1000),
      bytes: fc.integer({ min: 1, max: 5_000_000 }),
    });
    fc.assert(
      fc.property(fc.array(segment, { minLength: 1, maxLength: 50 }), (segments) => {
        const { average, peak } = measureBandwidth(segments);
        return peak >= average && Number.isFinite(peak);
      }),
    );
  });
});
