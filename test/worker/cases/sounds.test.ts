import { describe, expect, it } from "vitest";
import type { Sound } from "./case.ts";
import { judgeSounds } from "./sounds.ts";

const english: Sound = { language: "en", channels: 2, isDefault: true, beeps: [1, 3] };
const described: Sound = {
  ...{ language: "de", channels: 6, madeFor: "describes-video" },
  beeps: [0, 2],
};

describe("the sounds of a result", () => {
  it.each<[string, Sound[], RegExp]>([
    ["none of them", [], /^sounds are ""/],
    ["only one of them", [english], /^sounds are "en, 2 channels, default", right/],
    ["another order", [described, english], /^sounds are "de, describes-video, 6 channels; en/],
    ["another language", [{ ...english, language: "fr" }, described], /^sounds are "fr, 2/],
    ["another default", [english, { ...described, isDefault: true }], /6 channels, default"/],
    ["other channels", [english, { ...described, channels: 2 }], /describes-video, 2 channels"/],
    [
      "another sound",
      [english, { ...described, beeps: [1, 3] }],
      /^sound 2 beeps at \[1.00 3.00\], right is \[0.00 2.00\]$/,
    ],
  ])("are not right with %s", (_what, found, wanted) => {
    expect(judgeSounds([english, described], found)).toEqual([expect.stringMatching(wanted)]);
  });

  it("are right where beeps are near their times", () => {
    const moved = { ...english, beeps: [1.05, 2.95] };
    expect(judgeSounds([english, described], [moved, described])).toEqual([]);
  });
});
