import { describe, expect, it } from "vitest";
import {
  distinctPictures,
  motionArgs,
  motionProblem,
} from "../../../../worker/src/media/landmarks/motion.ts";

/** Grey pictures of 64 by 36, each of one value. */
function pictures(...values: number[]): Buffer {
  return Buffer.concat(values.map((value) => Buffer.alloc(64 * 36, value)));
}

describe("pictures that move", () => {
  it.each<[string, Buffer, number]>([
    ["in a film", pictures(10, 20, 30, 40), 3],
    ["in a still", pictures(10, 10, 10, 10), 0],
    ["where each stands twice", pictures(10, 10, 20, 20, 30, 30), 2],
    ["in one picture", pictures(10), 0],
    ["in nothing", Buffer.alloc(0), 0],
    ["before a part of a picture", Buffer.concat([pictures(10, 20), Buffer.alloc(100, 90)]), 1],
  ])("are counted %s", (_title, data, wanted) => {
    expect(distinctPictures(data)).toBe(wanted);
  });

  it("do not count where only coding differs", () => {
    const noisy = pictures(10, 10);
    for (let at = 64 * 36; at < noisy.length; at += 5) noisy[at] = 11;
    expect(distinctPictures(noisy)).toBe(0);
  });

  it.each([
    [30, 30, 30, undefined],
    [30, 23, 30, undefined],
    [30, 20, 30, "of 30 moving pictures in its busiest second the result keeps 20"],
    [60, 20, 20, "of 60 moving pictures in its busiest second the result keeps 20"],
    [120, 60, 60, undefined],
    [120, 30, 60, "of 120 moving pictures in its busiest second the result keeps 30"],
    [7, 0, 30, undefined],
    [0, 0, 30, undefined],
  ])("%d in the source and %d in the result at %d per second", (source, result, fps, wanted) => {
    expect(motionProblem(source, result, fps)).toBe(wanted);
  });

  it("are taken as they were decoded", () => {
    expect(motionArgs("0:0", ["trim=start=1.000"])).toEqual([
      ..."-map 0:0 -t 1 -vf trim=start=1.000,scale=64:36:flags=area,format=gray".split(" "),
      ..."-fps_mode passthrough -f rawvideo -".split(" "),
    ]);
  });
});
