import { describe, expect, it } from "vitest";
import {
  countFields,
  fieldOrderOf,
  isPlain,
  type FieldCounts,
  type FieldOrder,
} from "../../media/interlace.ts";

function counts(tff: number, bff: number, progressive: number): FieldCounts {
  return { tff, bff, progressive };
}

describe("the order of fields", () => {
  it.each<[string, string | undefined, FieldCounts, FieldOrder | undefined]>([
    ["nothing was looked at", undefined, counts(0, 0, 0), undefined],
    ["nothing was looked at, top is stated", "tt", counts(0, 0, 0), "tff"],
    ["nothing was looked at, bottom is stated", "bb", counts(0, 0, 0), "bff"],
    ["top is stated, coded as bottom", "bt", counts(0, 0, 0), "bff"],
    ["bottom is stated, coded as top", "tb", counts(0, 0, 0), "tff"],
    ["nothing was looked at, frames are stated", "progressive", counts(0, 0, 0), undefined],
    ["a tape does not say so", "progressive", counts(78, 0, 2), "tff"],
    ["a tape says nothing", undefined, counts(0, 80, 0), "bff"],
    ["a tape states the wrong order", "bb", counts(75, 1, 4), "tff"],
    ["frames are stated as fields", "tt", counts(0, 0, 80), undefined],
    ["frames are stated as fields, with some noise", "tt", counts(3, 2, 75), undefined],
    ["little moves in fields", "tt", counts(10, 0, 30), "tff"],
    ["half of it moves in fields, none stated", undefined, counts(40, 0, 40), undefined],
    ["patterns look combed in both orders", "progressive", counts(40, 35, 5), undefined],
    ["patterns look combed in both orders, top is stated", "tt", counts(40, 35, 5), "tff"],
    ["few pictures were decided, against the statement", "tt", counts(0, 0, 9), "tff"],
    ["few pictures were decided, none stated", undefined, counts(9, 0, 0), undefined],
    ["a word that is not known", "unknown", counts(0, 0, 80), undefined],
  ])("where %s (%s, %j) is %s", (_title, field_order, seen, wanted) => {
    expect(fieldOrderOf({ field_order }, seen)).toBe(wanted);
  });

  it.each<[string, string | undefined, FieldCounts, boolean]>([
    ["whole pictures move", undefined, counts(0, 0, 10), true],
    ["too few pictures were decided", undefined, counts(0, 0, 9), false],
    ["nothing moves in what is stated to be whole", "progressive", counts(0, 0, 0), true],
    ["one picture is combed", "progressive", counts(1, 0, 20), false],
    ["fields are stated", "tt", counts(0, 0, 24), false],
  ])("is looked for no further where %s (%s, %j): %s", (_title, field_order, seen, wanted) => {
    expect(isPlain({ field_order }, seen)).toBe(wanted);
  });

  it("is counted in the lines of the idet filter", () => {
    const line = (kind: string): string =>
      `frame:1    pts:40      pts_time:0.04\nlavfi.idet.multiple.current_frame=${kind}\n`;
    const text = ["tff", "tff", "undetermined", "progressive", "bff", "tff"].map(line).join("");
    expect(countFields(text)).toEqual(counts(3, 1, 1));
  });
});
