import { describe, expect, it } from "vitest";
import { motionProblem, movingPictures } from "../../../../worker/src/media/landmarks/motion.ts";
import type { SmallPicture } from "../../../../worker/src/media/landmarks/picture-look.ts";
import { greys } from "./small-pictures.ts";

/** Half a second, taken 120 times a second, in which this many pictures differ from the one before. */
function half(moving: number): SmallPicture[] {
  const values = Array.from({ length: 60 }, (_, at) => Math.ceil((at * moving) / 59) * 4);
  return greys(...values);
}

/** Rates in a second, and how many pictures move in half of one. */
interface Bounded {
  readonly wholeFps: number;
  readonly fps: number;
  readonly theirs: number;
  readonly ours: number;
}

describe("pictures that move", () => {
  it.each<[string, SmallPicture[], number]>([
    ["in a film", greys(10, 20, 30, 40), 3],
    ["in a still", greys(10, 10, 10, 10), 0],
    ["where each stands twice", greys(10, 10, 20, 20, 30, 30), 2],
    ["in one picture", greys(10), 0],
    ["in nothing", [], 0],
  ])("are counted %s", (_title, pictures, wanted) => {
    expect(movingPictures(pictures)).toBe(wanted);
  });

  it("do not count where only coding differs", () => {
    const [first, second] = greys(10, 10) as [SmallPicture, SmallPicture];
    for (let at = 0; at < second.length; at += 5) second[at] = 11;
    expect(movingPictures([first, second])).toBe(0);
  });

  it.each([
    [
      "that the film has in a tenth of its pictures",
      60,
      "at 3.0 s the result keeps 12 of 30 moving pictures",
    ],
    ["that is rarer", 25, undefined],
    ["in slides", 0.5, undefined],
  ])("faster than the result, %s", (_title, fastest, wanted) => {
    const rates = { fps: 25, maxFps: 60, wholeFps: 25, fastest };
    const args = { at: 3, source: half(30), result: half(12), ...rates };
    expect(motionProblem(args)).toBe(wanted);
  });

  it.each([
    [15, 15, 30, undefined],
    [15, 11, 30, undefined],
    [15, 10, 30, "at 3.0 s the result keeps 10 of 15 moving pictures"],
    [30, 10, 20, "at 3.0 s the result keeps 10 of 30 moving pictures"],
    [59, 30, 60, undefined],
    [59, 15, 60, "at 3.0 s the result keeps 15 of 59 moving pictures"],
    [7, 0, 30, undefined],
    [0, 0, 30, undefined],
  ])("%d in the source and %d in the result at %d per second", (theirs, ours, fps, wanted) => {
    const rates = { fps, maxFps: 60, wholeFps: fps, fastest: undefined };
    const args = { at: 3, source: half(theirs), result: half(ours), ...rates };
    expect(motionProblem(args)).toBe(wanted);
  });

  it.each<[string, Bounded, string | undefined]>([
    ["half of 60 kept", { wholeFps: 60, fps: 30, theirs: 30, ours: 15 }, undefined],
    [
      "a quarter of 60 kept",
      { wholeFps: 60, fps: 30, theirs: 30, ours: 8 },
      "at 3.0 s the result keeps 8 of 30 moving pictures",
    ],
    ["half of 50 kept", { wholeFps: 50, fps: 25, theirs: 25, ours: 12 }, undefined],
    [
      "a quarter of 50 kept",
      { wholeFps: 50, fps: 25, theirs: 25, ours: 6 },
      "at 3.0 s the result keeps 6 of 25 moving pictures",
    ],
    ["half kept where some stand", { wholeFps: 36, fps: 18, theirs: 15, ours: 8 }, undefined],
    ["25 whole", { wholeFps: 25, fps: 25, theirs: 12, ours: 12 }, undefined],
    [
      "25 halved, which is below the bound",
      { wholeFps: 25, fps: 25, theirs: 12, ours: 6 },
      "at 3.0 s the result keeps 6 of 12 moving pictures",
    ],
    [
      "nothing of 240 kept",
      { wholeFps: 240, fps: 30, theirs: 59, ours: 0 },
      "at 3.0 s the result keeps 0 of 59 moving pictures",
    ],
  ])("under a bound of 30, %s", (_title, { theirs, ours, ...rates }, wanted) => {
    const args = { at: 3, source: half(theirs), result: half(ours), maxFps: 30, ...rates };
    expect(motionProblem({ ...args, fastest: rates.wholeFps })).toBe(wanted);
  });
});
