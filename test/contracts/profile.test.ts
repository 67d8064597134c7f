import { Value } from "typebox/value";
import { describe, expect, it } from "vitest";
import {
  boxWidth,
  Ladder,
  ladderProblems,
  Profile,
  profileProblems,
  tierOf,
  type VideoCodec,
} from "../../contracts/profile.ts";
import { aProfile, builtIn } from "../support/profiles.ts";

const rungs = (...pairs: [height: number, kbps: number][]): Ladder =>
  pairs.map(([height, kbps]) => ({ height, kbps }));

const mixed = (...rows: [codec: VideoCodec, height: number, kbps: number][]): Ladder =>
  rows.map(([codec, height, kbps]) => ({ codec, height, kbps }));

describe("a ladder", () => {
  it.each<[string, Ladder, boolean]>([
    ["one rung", rungs([720, 2800]), true],
    ["nothing", [], false],
    ["eight rungs", rungs(...Array.from({ length: 8 }, (): [number, number] => [720, 500])), true],
    ["nine rungs", rungs(...Array.from({ length: 9 }, (): [number, number] => [720, 500])), false],
    ["an odd height", rungs([721, 2800]), false],
    ["pictures above 2160 pixels", rungs([2162, 2800]), false],
    ["pictures below 64 pixels", rungs([62, 2800]), false],
    ["less than every picture gets", rungs([720, 149]), false],
    ["segments that may be too large", rungs([720, 80_001]), false],
    ["half a kilobit", rungs([720, 1000.5]), false],
  ])("of %s fits its schema or not", (_what, ladder, fits) => {
    expect(Value.Check(Ladder, ladder)).toBe(fits);
  });

  it.each<[string, Ladder, [string, string][]]>([
    ["falls", rungs([1080, 5000], [720, 2800]), []],
    [
      "rises in height",
      rungs([720, 5000], [1080, 2800]),
      [["/1/height", "must be less than 720, which the rung above has, but is 1080"]],
    ],
    [
      "stays in height and rate",
      rungs([720, 2800], [480, 1400], [480, 1400]),
      [
        ["/2/height", "must be less than 480, which the rung above has, but is 480"],
        ["/2/kbps", "must be less than 1400, which the rung above has, but is 1400"],
      ],
    ],
    [
      "has more pixels than a worker has memory for",
      rungs([1080, 5000], [1000, 4500], [900, 4000]),
      [
        [
          "",
          "must have at most 4147200 pixels in all its rungs together, twice the largest picture of size class 1080p, but has 5291600; leave out a rung",
        ],
      ],
    ],
    ["has as many pixels, of a size class below its own", rungs([800, 5000], [780, 4500]), []],
  ])("that %s has these problems", (_what, ladder, wanted) => {
    const found = ladderProblems(ladder).map(({ path, message }) => [path, message]);
    expect(found).toEqual(wanted);
  });

  it.each<[string, Ladder, string[]]>([
    ["falls in each codec", mixed(["hevc", 1080, 3700], ["h264", 720, 2800]), []],
    [
      "rises in one of them",
      mixed(["hevc", 360, 2100], ["h264", 720, 2800], ["hevc", 360, 3700]),
      ["/2/height must be less than 360", "/2/kbps must be less than 2100"],
    ],
    ["has no H.264", mixed(["hevc", 720, 2100], ["av1", 360, 500]), [" must have a rung in h264"]],
  ])("of several codecs %s", (_what, ladder, wanted) => {
    const found = ladderProblems(ladder).map(({ path, message }) => `${path} ${message}`);
    expect(found.map((text, at) => text.slice(0, wanted[at]?.length))).toEqual(wanted);
    expect(Value.Check(Ladder, ladder)).toBe(true);
  });

  it.each([
    [64, "720p"],
    [720, "720p"],
    [722, "1080p"],
    [1080, "1080p"],
    [1082, "2160p"],
    [2160, "2160p"],
  ])("of %i pixels is of size class %s", (height, tier) => {
    expect(tierOf(rungs([height, 1000]))).toBe(tier);
  });

  it.each([
    [2160, 3840],
    [1440, 2560],
    [1080, 1920],
    [720, 1280],
    [480, 854],
    [360, 640],
  ])("has pictures of %i pixels in a box of 16:9 that is %i wide", (height, width) => {
    expect(boxWidth({ height })).toBe(width);
  });
});

describe("a profile", () => {
  it("says where in it the ladder is wrong", () => {
    const profile = aProfile("hls-720p");
    const ladder = rungs([480, 1400], [720, 1000]);
    const [problem] = profileProblems({ ...profile, video: { ...profile.video, ladder } });
    expect(problem?.path).toBe("/video/ladder/1/height");
  });

  it.each([
    [30, true],
    [10, true],
    [60, true],
    [9, false],
    [61, false],
    [29.97, false],
  ])("that allows %d frames per second fits its schema or not", (maxFps, fits) => {
    const profile = aProfile("hls-720p");
    expect(Value.Check(Profile, { ...profile, video: { ...profile.video, maxFps } })).toBe(fits);
  });

  it("of the platform has no cap of its own", () => {
    expect([...builtIn.values()].filter(({ video }) => video.maxFps !== undefined)).toEqual([]);
  });

  it("may not have the name that stands for ladders of jobs", () => {
    expect(profileProblems({ ...aProfile("hls-720p"), name: "own-ladder" })).toEqual([
      {
        path: "/name",
        message: 'must not be "own-ladder", which stands for jobs with a ladder of their own',
      },
    ]);
  });

  it("of the platform has the size class that its name says", () => {
    const tiers = [...builtIn].map(([name, { video }]) => [name, tierOf(video.ladder)]);
    expect(tiers).toEqual([
      ["hls-720p", "720p"],
      ["hls-1080p", "1080p"],
      ["hls-1080p-av1", "1080p"],
      ["hls-1080p-hevc", "1080p"],
      ["hls-2160p", "2160p"],
    ]);
  });
});
