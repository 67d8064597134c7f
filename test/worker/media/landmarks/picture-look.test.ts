import { describe, expect, it } from "vitest";
import {
  isLargeEnough,
  lookArgs,
  lookDifference,
  pictureProblem,
  readLooks,
  type Look,
} from "../../../../worker/src/media/landmarks/picture-look.ts";

const fields = 16 * 9;

/** A picture by the colour of each of its 16 by 9 fields. */
function picture(colourOf: (column: number, row: number) => readonly number[]): Look {
  const all = Array.from({ length: fields }, (_, at) => colourOf(at % 16, Math.floor(at / 16)));
  return Buffer.from(all.flat());
}

/** A bar of colour that moves on with time, over a pattern that stands. */
function film(count: number, change: (value: number) => number = (value) => value): Look[] {
  return Array.from({ length: count }, (_, time) =>
    picture((column, row) =>
      (column + time) % 16 === 3
        ? [250, 10, 10].map(change)
        : [column * 16, row * 28, 120].map(change),
    ),
  );
}

/** The same as a circle would be: half as wide, between black sides. */
function narrowed(looks: readonly Look[]): Look[] {
  return looks.map((look) =>
    picture((column, row) => {
      const from = (row * 16 + (column - 4) * 2) * 3;
      return column < 4 || column >= 12 ? [0, 0, 0] : [...look.subarray(from, from + 3)];
    }),
  );
}

const source = film(25);

describe("a look at source and result", () => {
  it.each<[string, Look[], Look[]]>([
    ["that are the same", source, source],
    ["of which the result is coded", source, film(25, (value) => Math.min(255, value + 3))],
    ["of which the result was looked at longer", source.slice(5, 20), source],
    ["of which the source could not be read", source.slice(0, 5), []],
  ])("finds nothing in two %s", (_title, wanted, seen) => {
    expect(pictureProblem(3, wanted, seen)).toBeUndefined();
  });

  it.each<[string, Look[], RegExp]>([
    ["no pictures", [], /^at 3\.0 s the result has no pictures$/],
    [
      "other colours",
      film(25, (value) => value * 0.8),
      /^at 3\.0 s colours are off by \d+ of 255$/,
    ],
    ["another range", film(25, (value) => 16 + value * 0.86), /colours are off by/],
    ["another shape", narrowed(source), /^at 3\.0 s /],
    ["a mirrored picture", source.map((look) => Buffer.from(look).reverse()), /^at 3\.0 s /],
  ])("finds %s", (_title, seen, wanted) => {
    expect(pictureProblem(3, source, seen)).toMatch(wanted);
  });

  it("finds the time where both fit best", () => {
    expect(lookDifference(source.slice(6, 18), source)).toEqual({ most: 0, largest: 0 });
  });

  it("reads whole pictures only", () => {
    expect(readLooks(Buffer.alloc(fields * 3 * 2 + 7))).toHaveLength(2);
  });

  it("compares no picture whose fields are a few pixels", () => {
    expect(isLargeEnough({ width: 64, height: 36 })).toBe(true);
    expect(isLargeEnough({ width: 63, height: 3000 })).toBe(false);
    expect(isLargeEnough({ width: 640, height: 35 })).toBe(false);
  });

  it("takes the part of the frame that the picture fills", () => {
    const part = { left: 0.125, top: 0, width: 0.75, height: 1 };
    const args = lookArgs("0:0", {
      before: ["trim=start=1"],
      seconds: 1,
      part,
      colours: "flags=bicubic",
    });
    expect(args[args.indexOf("-vf") + 1]).toBe(
      "trim=start=1,fps=25,crop=iw*0.75:ih*1:iw*0.125:ih*0,scale=flags=accurate_rnd+full_chroma_int:flags=bicubic,format=gbrp,scale=16:9:flags=area,format=rgb24",
    );
  });
});
