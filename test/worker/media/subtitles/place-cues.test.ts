import { describe, expect, it } from "vitest";
import { placeCues, type Placement } from "../../../../worker/src/media/subtitles/place-cues.ts";

function block(time: number, duration: number, text = "x") {
  return { time, duration, data: Buffer.from(`0,0,Default,,0,0,0,,${text}`) };
}

const plain: Placement = {
  timeline: { origin: 0, leaps: [] },
  startTime: 0,
  durationSeconds: 10,
};

function times(blocks: ReturnType<typeof block>[], placement: Partial<Placement> = {}) {
  const cues = placeCues(blocks, { ...plain, ...placement }, false);
  return cues.map(({ start, end }) => [start, end]);
}

describe("cues on the timeline of the result", () => {
  it("keep their times where the source begins at zero", () => {
    expect(times([block(503, 1204)])).toEqual([[503, 1707]]);
  });

  it("count from what the pictures count from", () => {
    const timeline = { origin: 2.5, leaps: [] };
    expect(times([block(36_005_000, 1000)], { startTime: 36_000, timeline })).toEqual([
      [2500, 3500],
    ]);
  });

  it("follow the leaps of the clock; what is shown over a leap stays until it ends", () => {
    const timeline = { origin: 0, leaps: [{ at: 3604, seconds: 3600 }] };
    const blocks = [block(3000, 500), block(3500, 3_601_000), block(3_605_000, 1000)];
    expect(times(blocks, { timeline })).toEqual([
      [3000, 3500],
      [3500, 4500],
      [5000, 6000],
    ]);
  });

  it("are dropped within the time that a leap takes out", () => {
    const timeline = { origin: 0, leaps: [{ at: 3604, seconds: 3600 }] };
    expect(times([block(1_000_000, 5000)], { timeline })).toEqual([]);
  });

  it("are cut at both ends of the film, and dropped outside of it", () => {
    const blocks = [
      ...[block(-3000, 1000), block(-500, 1000), block(9000, 600_000)],
      ...[block(10_000, 1000), block(540_000, 1000)],
    ];
    expect(times(blocks)).toEqual([
      [0, 500],
      [9000, 10_000],
    ]);
  });

  it("last until the next one where no length is stated, at most five seconds", () => {
    expect(times([block(0, 0), block(1500, 0), block(9000, 0)])).toEqual([
      [0, 1500],
      [1500, 6500],
      [9000, 10_000],
    ]);
  });

  it("are in order of time, without repeats and without empty ones", () => {
    const blocks = [
      ...[block(2000, 1000, "b"), block(1000, 1000, "a"), block(1000, 1000, "a")],
      ...[block(1000, 500, "c"), block(4000, 1000, "{\\p1}m 0 0")],
    ];
    const cues = placeCues(blocks, plain, false);
    expect(cues).toEqual([
      { start: 1000, end: 1500, text: "c" },
      { start: 1000, end: 2000, text: "a" },
      { start: 2000, end: 3000, text: "b" },
    ]);
  });
});
