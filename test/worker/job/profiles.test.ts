import { expect, it } from "vitest";
import { profileOf, readProfiles } from "../../../worker/src/job/profiles.ts";
import { aProfile, builtIn } from "../../support/profiles.ts";

const own = readProfiles();
const mobile = { ...aProfile("hls-720p"), name: "mobile" };

it("an attempt makes what its lease says, whatever the worker's own file of that name says", () => {
  const changed = { ...mobile, name: "hls-720p", description: "Of the API" };
  expect(profileOf({ profile: "mobile", profileDefinition: mobile }, own)).toBe(mobile);
  expect(profileOf({ profile: "hls-720p", profileDefinition: changed }, own)).toBe(changed);
});

it("an attempt takes the worker's own file of the name that an API of the version before gives", () => {
  expect(profileOf({ profile: "hls-1080p" }, own)).toEqual(builtIn.get("hls-1080p"));
});

it("an attempt at a profile that such an API gives and no file has is tried again elsewhere", () => {
  expect(() => profileOf({ profile: "mobile" }, own)).toThrow(
    expect.objectContaining({
      code: "profile-unknown",
      kind: "transient",
      message:
        'The worker does not know the profile. Its lease names "mobile" alone, and the worker has hls-1080p-av1, hls-1080p-hevc, hls-1080p, hls-2160p, hls-720p.',
    }),
  );
});
