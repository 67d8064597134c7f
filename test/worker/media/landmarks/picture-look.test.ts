import { describe, expect, it } from "vitest";
import {
  isLargeEnough,
  lookArgs,
  readPictures,
} from "../../../../worker/src/media/landmarks/picture-look.ts";

describe("a look at pictures", () => {
  it("reads whole pictures only", () => {
    expect(readPictures(Buffer.alloc(64 * 36 * 3 * 2 + 7))).toHaveLength(2);
  });

  it("is of no use where the result is smaller than what is compared", () => {
    expect(isLargeEnough({ width: 64, height: 36 })).toBe(true);
    expect(isLargeEnough({ width: 63, height: 3000 })).toBe(false);
    expect(isLargeEnough({ width: 640, height: 35 })).toBe(false);
  });

  it("takes the part of the frame that the picture fills", () => {
    const part = { left: 0.125, top: 0, width: 0.75, height: 1 };
    const look = { before: ["trim=start=1"], seconds: 1, part, colours: "in_range=tv" };
    const args = lookArgs("0:0", look);
    expect(args[args.indexOf("-vf") + 1]).toBe(
      "trim=start=1,crop=iw*0.75:ih*1:iw*0.125:ih*0,scale=64:36:flags=area+accurate_rnd+full_chroma_int:in_range=tv,format=rgb24,fps=120",
    );
  });
});
