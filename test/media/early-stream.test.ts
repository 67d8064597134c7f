import { describe, expect, it } from "vitest";
import { Value } from "typebox/value";
import { EarlyStream } from "../../contracts/early-stream.ts";
import { withOutputs } from "../../contracts/profile.ts";
import { earlyMaster, earlyPlaylist, endedPlaylist } from "../../media/early-playlist.ts";
import { earlyStream, earlyTracks } from "../../media/early-stream.ts";
import { planEncode } from "../../media/plan.ts";
import { writeMediaPlaylist } from "../../media/playlist.ts";
import { aProfile } from "../support/profiles.ts";
import { aSource } from "./a-source.ts";
import { planArgs } from "./plan-args.ts";

const plan = planEncode(planArgs({ profile: aProfile("hls-1080p-hevc") }));
const picture = { codecs: "avc1.64001e", width: 640, height: 360, channels: 0 };
const sound = { codecs: "mp4a.40.2", width: 0, height: 0, channels: 2 };
const { picture: chosen, sound: heard } = earlyTracks(plan);
const begun = new Map([
  [chosen?.name ?? "", { name: chosen?.name ?? "", ...picture }],
  [heard?.name ?? "", { name: heard?.name ?? "", ...sound }],
]);

describe("what is played early", () => {
  it("is the smallest H.264 rendition and the default sound", () => {
    expect([chosen?.codec, chosen?.name, heard?.name]).toEqual(["h264", "360p", "audio"]);
    const renditions = plan.renditions.filter(({ codec }) => codec === "hevc");
    expect(earlyTracks({ ...plan, renditions }).picture?.codec).toBe("hevc");
  });

  it("is stated once both have begun", () => {
    const [first] = begun;
    expect(earlyStream(plan, new Map(first ? [first] : []))).toBeUndefined();
    const early = earlyStream(plan, begun);
    expect(Value.Check(EarlyStream, early)).toBe(true);
    expect(early).toMatchObject({ segmentSeconds: 6, picture: { name: "360p", width: 640 } });
  });

  it("is sound alone where there is nothing else", () => {
    const silent = planEncode(planArgs({ source: { ...aSource(), video: undefined } }));
    const early = earlyStream(silent, begun);
    expect(Object.keys(early ?? {})).toEqual(["segmentSeconds", "sound"]);
    expect(earlyMaster(early ?? { segmentSeconds: 1 }, (name) => name)).toContain("\naudio\n");
  });
});

it("an early playlist grows, begins at its start and has no end", () => {
  const segments = ["00000.m4s", "00001.m4s"];
  expect(earlyPlaylist({ segmentSeconds: 6.006, segments, initUri: "init.mp4" })).toBe(
    [
      ...["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-TARGETDURATION:6", "#EXT-X-MEDIA-SEQUENCE:0"],
      ...[
        "#EXT-X-PLAYLIST-TYPE:EVENT",
        "#EXT-X-INDEPENDENT-SEGMENTS",
        "#EXT-X-START:TIME-OFFSET=0",
      ],
      '#EXT-X-MAP:URI="init.mp4"',
      ...["#EXTINF:6.006000,", "00000.m4s", "#EXTINF:6.006000,", "00001.m4s", ""],
    ].join("\n"),
  );
});

it("the finished playlist ends the one that grew", () => {
  const finished = writeMediaPlaylist({
    initUri: "init.mp4",
    segments: [{ uri: "a", seconds: 2 }],
  });
  const ended = endedPlaylist(finished);
  expect(ended).toContain("#EXT-X-PLAYLIST-TYPE:EVENT\n");
  expect(ended).toContain("#EXT-X-ENDLIST");
  expect(ended.replace("EVENT", "VOD")).toBe(finished);
});

it("a profile keeps that HLS is to be played early, and forgets what is so anyway", () => {
  const profile = aProfile("hls-720p");
  expect(withOutputs(profile, { hls: { early: true } }).packaging.outputs).toEqual({
    hls: { early: true },
  });
  expect(withOutputs(profile, { hls: { early: false } }).packaging.outputs).toBeUndefined();
  const both = { hls: { early: false }, mp4: {} };
  expect(withOutputs(profile, both).packaging.outputs).toEqual({ hls: {}, mp4: {} });
});
