import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { StreamScan } from "../../media/packet-scan.ts";
import {
  pictureTimeFilter,
  soundTimeFilter,
  spanOf,
  timeExpression,
  timeInResult,
  timeInSource,
  timelineOf,
} from "../../media/timeline.ts";

interface Run {
  readonly from: number;
  readonly to: number;
}

/** A stream with a packet every `step` seconds in each of the runs. */
function stream(step: number, ...runs: Run[]): StreamScan {
  const times = runs.flatMap(({ from, to }) =>
    Array.from({ length: Math.round((to - from) / step) }, (_, at) => from + at * step),
  );
  return { index: 0, times, lastDuration: step, keyTimes: times };
}

const picture = (...runs: Run[]): StreamScan => stream(0.04, ...runs);
const sound = (...runs: Run[]): StreamScan => stream(0.02, ...runs);
const tenSeconds = { from: 0, to: 10 };

describe("the timeline", () => {
  it.each<[string, StreamScan[], number]>([
    ["of streams that begin at zero", [picture(tenSeconds), sound(tenSeconds)], 0],
    ["of an encoder's delay", [picture(tenSeconds), sound({ from: -0.021, to: 10 })], 0],
    ["of a picture that is 0.5 s late", [picture({ from: 0.5, to: 10 })], 0],
    ["of streams that begin late", [picture({ from: 7, to: 9 }), sound({ from: 7.02, to: 9 })], 7],
    [
      "of sound that begins long after the picture",
      [picture(tenSeconds), sound({ from: 4, to: 9 })],
      0,
    ],
    ["of streams before zero", [picture({ from: -3, to: 2 })], -3],
    ["of a second stream without packets", [picture({ from: 2, to: 4 }), sound()], 2],
    ["of nothing", [picture(), sound()], 0],
  ])("%s begins at the right time", (_title, streams, origin) => {
    expect(timelineOf(streams)).toEqual({ origin, leaps: [] });
  });

  it("closes a leap that is in all streams", () => {
    const after = { from: 510, to: 520 };
    const { leaps } = timelineOf([picture(tenSeconds, after), sound(tenSeconds, after)]);
    expect(leaps).toHaveLength(1);
    expect(leaps[0]?.at).toBe(510);
    expect(leaps[0]?.seconds).toBeCloseTo(500, 1);
  });

  it("takes out what a closed leap has left between packets of both sides", () => {
    const films = [
      { times: [0, 0.04, 0.08, 3.12, 3.16, 3.2], step: 0.04 },
      { times: [0, 0.02, 0.04, 0.06, 0.08, 0.1, 0.12, 3.14, 3.16], step: 0.02 },
    ].map(({ times, step }, index) => ({ index, times, keyTimes: times, lastDuration: step }));
    expect(timelineOf(films).leaps).toEqual([]);
    const { leaps } = timelineOf(films, [0.1, 3.16]);
    expect(leaps.map(({ at }) => at)).toEqual([3.12]);
    expect(leaps[0]?.seconds).toBeCloseTo(3, 6);
  });

  it("closes several leaps", () => {
    const runs = [tenSeconds, { from: 110, to: 120 }, { from: 1120, to: 1130 }];
    const timeline = timelineOf([picture(...runs), sound(...runs)]);
    expect(timeline.leaps.map(({ at }) => at)).toEqual([110, 1120]);
    expect(timeInResult(timeline, 1120)).toBeCloseTo(20, 1);
  });

  it("closes the largest hundred where there are more", () => {
    const runs = Array.from({ length: 150 }, (_, at) => ({ from: at * 20, to: at * 20 + 1 }));
    const { leaps } = timelineOf([picture(...runs), sound(...runs)]);
    expect(leaps).toHaveLength(100);
    expect(leaps.map(({ at }) => at)).toEqual(leaps.map(({ at }) => at).toSorted((a, b) => a - b));
  });

  it.each<[string, StreamScan[]]>([
    [
      "a pause of the sound while the picture goes on",
      [picture({ from: 0, to: 40 }), sound(tenSeconds, { from: 35, to: 40 })],
    ],
    [
      "a picture that stands while the sound goes on",
      [picture(tenSeconds, { from: 35, to: 40 }), sound({ from: 0, to: 40 })],
    ],
    [
      "sound that ended before a pause of the picture",
      [picture({ from: 0, to: 8 }, { from: 60, to: 70 }), sound({ from: 0, to: 6 })],
    ],
    ["a picture alone that stands for 60 s", [picture(tenSeconds, { from: 70, to: 80 })]],
    [
      "a pause of 10 s in all streams",
      [
        picture({ from: 0, to: 5 }, { from: 14.9, to: 20 }),
        sound({ from: 0, to: 5 }, { from: 14.9, to: 20 }),
      ],
    ],
  ])("keeps %s", (_title, streams) => {
    expect(timelineOf(streams).leaps).toEqual([]);
  });

  it("closes a leap of more than five minutes of a picture alone", () => {
    const { leaps } = timelineOf([picture(tenSeconds, { from: 400, to: 410 })]);
    expect(leaps.map(({ at }) => at)).toEqual([400]);
  });

  it("never lets time run back or leaves a leap open", () => {
    const gaps = fc.array(fc.double({ min: 0.02, max: 900, noNaN: true }), { maxLength: 30 });
    fc.assert(
      fc.property(gaps, (steps) => {
        const times = steps.reduce<number[]>(
          (all, step) => [...all, (all.at(-1) ?? 0) + step],
          [0],
        );
        const both: StreamScan = { index: 0, times, keyTimes: times, lastDuration: 0 };
        const timeline = timelineOf([both, both]);
        const mapped = times.map((time) => timeInResult(timeline, time));
        return mapped.slice(1).every((time, at) => {
          const passed = time - (mapped[at] ?? 0);
          return passed >= -1e-6 && passed < 900.1;
        });
      }),
    );
  });
});

describe("the place of a stream in the result", () => {
  const still = { origin: 0, leaps: [] };
  it.each<[string, StreamScan, { start: number; end: number } | undefined]>([
    ["ends behind its last packet", picture(tenSeconds), { start: 0, end: 10 }],
    [
      "ends by the usual interval where no length is stated",
      { ...picture(tenSeconds), lastDuration: 0 },
      { start: 0, end: 10 },
    ],
    [
      "ends by the usual interval where the stated length is absurd",
      { ...picture(tenSeconds), lastDuration: 9000 },
      { start: 0, end: 10 },
    ],
    [
      "of a picture that stands for 5 s",
      { index: 0, times: [0], keyTimes: [0], lastDuration: 5 },
      { start: 0, end: 5 },
    ],
    [
      "of one picture without a length",
      { index: 0, times: [2], keyTimes: [2], lastDuration: 0 },
      { start: 2, end: 2.04 },
    ],
    ["is none without packets", picture(), undefined],
  ])("%s", (_title, scan, wanted) => {
    const span = spanOf(still, scan);
    expect(span?.start).toBe(wanted?.start);
    if (wanted) expect(span?.end).toBeCloseTo(wanted.end, 6);
    else expect(span).toBeUndefined();
  });

  it("lies on the timeline of the result", () => {
    const timeline = { origin: 7, leaps: [{ at: 100, seconds: 80 }] };
    const span = spanOf(timeline, picture({ from: 8, to: 20 }, { from: 100, to: 110 }));
    expect(span?.start).toBeCloseTo(1, 6);
    expect(span?.end).toBeCloseTo(23, 6);
  });
});

describe("the way back to the time of the source", () => {
  const timeline = {
    origin: 7,
    leaps: [
      { at: 100, seconds: 80 },
      { at: 300, seconds: 190 },
    ],
  };

  it.each([7, 8, 19.9, 100, 105, 109.9, 300, 1000])("finds %d s again", (time) => {
    expect(timeInSource(timeline, timeInResult(timeline, time))).toBeCloseTo(time, 9);
  });
});

describe("the time in the result, as an expression", () => {
  it.each([
    [{ origin: 0, leaps: [] }, "(T-(0))"],
    [{ origin: 1.4, leaps: [] }, "(T-(1.4))"],
    [{ origin: -3, leaps: [] }, "(T-(-3))"],
    [
      {
        origin: 0,
        leaps: [
          { at: 100, seconds: 80 },
          { at: 300, seconds: 190 },
        ],
      },
      "(T-(0+gte(T,99.9995)*80+gte(T,299.9995)*190))",
    ],
  ])("of %j is %s", (timeline, wanted) => {
    expect(timeExpression(timeline)).toBe(wanted);
  });

  it("changes the stamps of sound only where they must change", () => {
    expect(soundTimeFilter({ origin: 0, leaps: [] })).toEqual([]);
    expect(soundTimeFilter({ origin: 2, leaps: [] })).toEqual(["asetpts='(T-(2))/TB'"]);
  });

  it("gives every picture a place on the grid of the rate", () => {
    expect(pictureTimeFilter({ origin: 2, leaps: [] }, { num: 30000, den: 1001 })).toBe(
      "setpts='if(isnan(T),NAN,st(1,(T-(2))*30000/1001);st(2,round(ld(1)));st(0,if(gt(N,0)*lte(ld(2),ld(0))*lt(ld(0)+1-ld(1),0.9),ld(0)+1,ld(2)));ld(0)/(30000/1001)/TB)'",
    );
  });
});
