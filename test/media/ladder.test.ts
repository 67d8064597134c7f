import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { planLadder } from "../../media/ladder.ts";
import { aProfile } from "../support/profiles.ts";

const fps30 = { num: 30, den: 1 };

type BuiltIn = "hls-720p" | "hls-1080p" | "hls-2160p";
const ladderOf = (profile: BuiltIn) => aProfile(profile).video.ladder;

function names(width: number, height: number, profile: BuiltIn): string[] {
  return planLadder({ width, height }, fps30, ladderOf(profile)).map(
    (one) => `${one.name} ${one.width}x${one.height} ${one.maxKbps}`,
  );
}

describe("the ladder", () => {
  it.each<[string, number, number, BuiltIn, string[]]>([
    [
      "a 1080p source in full",
      1920,
      1080,
      "hls-1080p",
      ["1080p 1920x1080 5000", "720p 1280x720 2800", "480p 854x480 1400", "360p 640x360 800"],
    ],
    [
      "a 1080p source under the 720p profile",
      1920,
      1080,
      "hls-720p",
      ["720p 1280x720 2800", "480p 854x480 1400", "360p 640x360 800"],
    ],
    [
      "a 720p source without scaling up",
      1280,
      720,
      "hls-1080p",
      ["720p 1280x720 2800", "480p 854x480 1400", "360p 640x360 800"],
    ],
    [
      "a portrait source by its short side",
      1080,
      1920,
      "hls-1080p",
      ["1080p 1080x1920 5000", "720p 720x1280 2800", "480p 480x854 1400", "360p 360x640 800"],
    ],
    ["an odd size on even sides", 853, 481, "hls-1080p", ["480p 852x480 1400", "360p 640x360 800"]],
    ["a tiny source as it is", 320, 240, "hls-1080p", ["240p 320x240 350"]],
    [
      "a size between two rungs under its own name",
      1600,
      900,
      "hls-1080p",
      ["900p 1600x900 3800", "720p 1280x720 2800", "480p 854x480 1400", "360p 640x360 800"],
    ],
    ["a size that bears the name of a lower rung once", 696, 360, "hls-720p", ["360p 696x360 970"]],
    [
      "a wide film by its width",
      1920,
      800,
      "hls-1080p",
      ["1080p 1920x800 3990", "720p 1280x534 2240", "480p 854x356 1120", "360p 640x266 640"],
    ],
    [
      "a square",
      1000,
      1000,
      "hls-1080p",
      ["1000p 1000x1000 2890", "720p 720x720 1820", "480p 480x480 910", "360p 360x360 520"],
    ],
  ])("takes %s", (_title, width, height, profile, wanted) => {
    expect(names(width, height, profile)).toEqual(wanted);
  });

  it("goes to 2160p and has the steps between", () => {
    const rungs = planLadder({ width: 3840, height: 2160 }, fps30, ladderOf("hls-2160p"));
    expect(rungs.map((one) => one.name)).toEqual([
      "2160p",
      "1440p",
      "1080p",
      "720p",
      "480p",
      "360p",
    ]);
  });

  it("gives half as much again at 60 frames per second", () => {
    const [top] = planLadder(
      { width: 1280, height: 720 },
      { num: 60, den: 1 },
      ladderOf("hls-720p"),
    );
    expect(top?.maxKbps).toBe(4200);
  });

  const size = fc.integer({ min: 16, max: 8192 });
  const profiles = fc.constantFrom<BuiltIn>("hls-720p", "hls-1080p", "hls-2160p");

  it("never scales up, has even sides, falls strictly, and names each rung once", () => {
    fc.assert(
      fc.property(size, size, profiles, (width, height, profile) => {
        const rungs = planLadder({ width, height }, fps30, ladderOf(profile));
        expect(rungs.length).toBeGreaterThan(0);
        expect(new Set(rungs.map((one) => one.name)).size).toBe(rungs.length);
        rungs.forEach((one, index) => {
          expect(one.width).toBeLessThanOrEqual(Math.max(2, width));
          expect(one.height).toBeLessThanOrEqual(Math.max(2, height));
          expect([one.width % 2, one.height % 2]).toEqual([0, 0]);
          const above = rungs[index - 1];
          if (above) expect(one.width * one.height).toBeLessThan(above.width * above.height);
          if (above) expect(one.maxKbps).toBeLessThanOrEqual(above.maxKbps);
        });
      }),
    );
  });

  it("keeps the shape of the picture within one pixel pair", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 640, max: 4096 }),
        fc.integer({ min: 360, max: 2304 }),
        profiles,
        (width, height, profile) => {
          for (const one of planLadder({ width, height }, fps30, ladderOf(profile))) {
            const scale = one.height / height;
            expect(Math.abs(one.width - width * scale)).toBeLessThanOrEqual(
              2 + 2 * (width / height),
            );
          }
        },
      ),
    );
  });

  it("stays inside the profile's box", () => {
    const box = { "hls-720p": [1280, 720], "hls-1080p": [1920, 1080], "hls-2160p": [3840, 2160] };
    fc.assert(
      fc.property(size, size, profiles, (width, height, profile) => {
        for (const one of planLadder({ width, height }, fps30, ladderOf(profile))) {
          const [long = 0, short = 0] = box[profile];
          expect(Math.max(one.width, one.height)).toBeLessThanOrEqual(long);
          expect(Math.min(one.width, one.height)).toBeLessThanOrEqual(short);
        }
      }),
    );
  });
});
