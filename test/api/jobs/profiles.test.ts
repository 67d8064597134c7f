import { describe, expect, it } from "vitest";
import type { Outputs } from "@framewright/contracts/outputs.ts";
import { withOutputs } from "@framewright/contracts/profile.ts";
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
  expect(profileFor(profiles, { profile: "hls-1080p" })).toEqual(own);
  expect(profiles.size).toBe(5);
});

describe("the outputs of a job", () => {
  const makesMp4 = withOutputs({ ...base, name: "makes-mp4" }, { hls: {}, mp4: {} });
  const profiles = readProfiles([makesMp4]);

  it.each<[string, Outputs | undefined, Outputs | undefined]>([
    ["those of its profile", undefined, { hls: {}, mp4: {} }],
    ["its own in place of these", { audio: {} }, { audio: {} }],
    ["HLS alone as it was before there was a choice", { hls: {} }, undefined],
  ])("are %s", (_title, outputs, kept) => {
    const { packaging } = profileFor(profiles, { profile: "makes-mp4", outputs });
    expect(packaging).toEqual({ format: "hls", ...(kept && { outputs: kept }) });
  });

  it.each<[Outputs, string, string]>([
    [
      { mp4: { rendition: "1080p" } },
      "body/outputs/mp4/rendition",
      'must be a rung of the ladder, one of 720p, 480p, 360p, but is "1080p"',
    ],
    [
      { thumbnails: { count: 3, everySeconds: 5 } },
      "body/outputs/thumbnails",
      "has both count and everySeconds; send one of them",
    ],
  ])("%j are refused at %s", (outputs, path, message) => {
    const asked = () => profileFor(profiles, { profile: "hls-720p", outputs });
    expect(asked).toThrow(
      expect.objectContaining({ code: "outputs-invalid", errors: [{ path, message }] }),
    );
  });
});
