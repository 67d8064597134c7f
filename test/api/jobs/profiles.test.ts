import { expect, it } from "vitest";
import { profileFor, readProfiles } from "../../../api/jobs/profiles.ts";
import { aProfile } from "../../support/profiles.ts";

const base = aProfile("hls-720p");
const mobile = {
  ...base,
  name: "mobile",
  video: { ...base.video, ladder: [{ height: 540, kbps: 1200 }] },
};

it("profiles of the stack's config stand beside our own, by the height of their pictures", () => {
  const names = [...readProfiles([mobile]).keys()];
  expect(names).toEqual([
    ...["mobile", "hls-720p", "hls-1080p", "hls-1080p-av1", "hls-1080p-hevc", "hls-2160p"],
  ]);
});

it("a profile of the stack's config replaces our own of its name", () => {
  const own = { ...mobile, name: "hls-1080p" };
  const profiles = readProfiles([own]);
  expect(profileFor(profiles, { profile: "hls-1080p" })).toBe(own);
  expect(profiles.size).toBe(5);
});
