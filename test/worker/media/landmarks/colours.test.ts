import { describe, expect, it } from "vitest";
import { colourProblem } from "../../../../worker/src/media/landmarks/colours.ts";
import type { SmallPicture } from "../../../../worker/src/media/landmarks/picture-look.ts";
import { smallPicture } from "./small-pictures.ts";

/** A bar of colour that moves on by a field twenty times a second, over a pattern that stands. */
function film(count: number, change: (value: number) => number = (value) => value): SmallPicture[] {
  return Array.from({ length: count }, (_, time) =>
    smallPicture((column, row) =>
      (column + Math.floor(time / 6)) % 16 === 3
        ? [250, 10, 10].map(change)
        : [column * 16, row * 28, 120].map(change),
    ),
  );
}

/** The same as a circle would be: half as wide, between black sides. */
function narrowed(pictures: readonly SmallPicture[]): SmallPicture[] {
  return pictures.map((picture) =>
    smallPicture((column, row) => {
      const from = (row * 4 * 64 + (column - 4) * 8) * 3;
      return column < 4 || column >= 12 ? [0, 0, 0] : [...picture.subarray(from, from + 3)];
    }),
  );
}

const source = film(72);

function problem(theirs: SmallPicture[], ours: SmallPicture[], lead = 0): string | undefined {
  return colourProblem({ at: 3, source: theirs, result: ours, lead, fps: 30 });
}

describe("colours of source and result", () => {
  it.each<[string, SmallPicture[], SmallPicture[]]>([
    ["that are the same", source, source],
    ["of which the result is coded", source, film(72, (value) => Math.min(255, value + 3))],
    ["of which the result was looked at longer", source.slice(12, 60), source],
    ["of which the source could not be read", source.slice(0, 12), []],
  ])("show nothing in two %s", (_title, wanted, seen) => {
    expect(problem(wanted, seen)).toBeUndefined();
  });

  it.each<[string, SmallPicture[], RegExp]>([
    ["no pictures", [], /^at 3\.0 s the result has no pictures$/],
    [
      "other colours",
      film(72, (value) => value * 0.8),
      /^at 3\.0 s colours are off by \d+ of 255$/,
    ],
    ["another range", film(72, (value) => 16 + value * 0.86), /colours are off by/],
    ["another shape", narrowed(source), /^at 3\.0 s /],
    ["a mirrored picture", source.map((picture) => Buffer.from(picture).reverse()), /^at 3\.0 s /],
  ])("show %s", (_title, seen, wanted) => {
    expect(problem(source, seen)).toMatch(wanted);
  });

  /** A film that grows lighter all the time, two of 255 in a picture. */
  const fade = Array.from({ length: 120 }, (_, time) =>
    smallPicture(() => [time * 2, time * 2, time * 2]),
  );

  it.each<[string, number, number, string | undefined]>([
    ["where they are", 36, 36, undefined],
    ["a tenth of a second late", 24, 12, undefined],
    ["0.3 s late", 36, 0, "at 3.0 s pictures are 300 ms late"],
    ["0.3 s early", 12, 48, "at 3.0 s pictures are 300 ms early"],
  ])("are found %s", (_title, from, lead, wanted) => {
    expect(problem(fade.slice(from, from + 60), fade, lead)).toBe(wanted);
  });
});
