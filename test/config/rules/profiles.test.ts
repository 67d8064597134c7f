import { expect, test } from "vitest";
import type { Ladder, Profile } from "@framewright/contracts/profile.ts";
import * as profiles from "../../../config/rules/profiles.ts";
import { configWith, expectProblems, facts, untested, type Broken } from "../support.ts";

const { profileNamesDiffer, profilesAreWhole } = profiles;

const mobile = (ladder: Ladder = [{ height: 480, kbps: 1200 }]): Profile => ({
  name: "mobile",
  description: "For telephones",
  video: { codec: "h264", ladder },
  audio: { codec: "aac", stereoKbps: 96 },
  packaging: { format: "hls" },
});

const rising: Ladder = [
  { height: 480, kbps: 1200 },
  { height: 720, kbps: 2800 },
];

const broken: Broken[] = [
  [
    "a ladder that rises",
    profilesAreWhole,
    configWith((config) => (config.api.profiles = [mobile(rising)])),
    [
      "api.profiles[0].video.ladder[1].height must be less than 480, which the rung above has, but is 720",
      "api.profiles[0].video.ladder[1].kbps must be less than 1200, which the rung above has, but is 2800",
    ],
  ],
  [
    "an MP4 of a rung that the ladder lacks",
    profilesAreWhole,
    configWith((config) => {
      const packaging: Profile["packaging"] = {
        format: "hls",
        outputs: { mp4: { rendition: "720p" } },
      };
      config.api.profiles = [{ ...mobile(), packaging }];
    }),
    [
      'api.profiles[0].packaging.outputs.mp4.rendition must be a rung of the ladder, one of 480p, but is "720p"',
    ],
  ],
  [
    "two profiles of one name",
    profileNamesDiffer,
    configWith((config) => (config.api.profiles = [mobile(), mobile()])),
    ['api.profiles[1].name is "mobile", which api.profiles[0] has already'],
  ],
];

test.each(broken)("%s is refused, with the value", (...row) => {
  expectProblems(row);
});

test("every rule here is broken by a case", () => {
  expect(untested(profiles, broken)).toEqual([]);
});

test("a profile may stand in for a built-in one", () => {
  const config = configWith(
    (change) => (change.api.profiles = [{ ...mobile(), name: "hls-720p" }]),
  );
  expect([...profilesAreWhole(config, facts), ...profileNamesDiffer(config, facts)]).toEqual([]);
});
