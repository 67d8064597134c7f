import { describe, expect, it } from "vitest";
import { motionProblem, movingPictures } from "../../../../worker/src/media/landmarks/motion.ts";
import type { SmallPicture } from "../../../../worker/src/media/landmarks/picture-look.ts";
import { greys } from "./small-pictures.ts";

/** Half a second, taken 120 times a second, in which this many pictures differ from the one before. */
function half(moving: number): SmallPicture[] {
  const values = Array.from({ length: 60 }, (_, at) => Math.ceil((at * moving) / 59) * 4);
  return greys(...values);
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
    const args = { at: 3, source: half(30), result: half(12), fps: 25, fastest };
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
    const args = { at: 3, source: half(theirs), result: half(ours), fps, fastest: undefined };
    expect(motionProblem(args)).toBe(wanted);
  });
});
