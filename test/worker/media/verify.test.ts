import { describe, expect, it } from "vitest";
import type { SegmentMeasure } from "../../../worker/src/media/fragment.ts";
import { planSounds } from "../../../media/sound-renditions.ts";
import { trackPlaylist, type Track } from "../../../worker/src/media/tracks.ts";
import { verifyOutput, type Output } from "../../../worker/src/media/verify.ts";
import { planEncode, type Plan } from "../../../media/plan.ts";
import { aPicture, aSource } from "../../media/a-source.ts";
import {
  audioTrack,
  common,
  good,
  low,
  outputOf,
  source,
  stereoPlan,
  tags,
  top,
  videoTrack,
} from "./an-output.ts";
import { aProfile } from "../../support/profiles.ts";

/** The good output with one thing changed in one segment of the lower rendition. */
function withSegment(index: number, change: Partial<SegmentMeasure>): Output {
  const segments = low.segments.map((one, at) => (at === index ? { ...one, ...change } : one));
  return outputOf([top, { ...low, segments }, audioTrack]);
}

function withTags(other: Partial<typeof tags>): Output {
  const seen = { codec_name: "h264", profile: "High", level: 31, width: 640, height: 360 };
  return { ...good, inspections: new Map([...good.inspections, ["360p", { ...seen, ...other }]]) };
}

function withPlaylist(part: string | RegExp, other: string): Output {
  const path = "360p/index.m3u8";
  const text = good.playlists.get(path)?.replace(part, other) ?? "";
  return { ...good, playlists: new Map([...good.playlists, [path, text]]) };
}

function withMaster(part: string | RegExp, other: string): Output {
  return { ...good, master: good.master.replace(part, other) };
}

/** Of 60 pictures a second, under a profile with this cap. */
function planUnder(maxFps: number): Plan {
  const { profile } = common;
  const picture = { picture: aPicture(854, 480), fps: { num: 60, den: 1 }, pictures: 480 };
  return planEncode({
    ...common,
    source: aSource({ durationSeconds: 8, video: picture }),
    profile: { ...profile, video: { ...profile.video, maxFps } },
  });
}

/** The track with so many times the rate, and as long as before. */
function atSpeed(track: Track, times: number): Track {
  const segments = track.segments.map((segment) => ({
    ...segment,
    samples: segment.samples * times,
  }));
  return { ...track, segments };
}

describe("a profile's cap of the rate", () => {
  it("is kept by a result with half of the source's pictures", () => {
    const output = outputOf([top, low, audioTrack], planUnder(30));
    expect(verifyOutput(output).problems).toEqual([]);
    expect(output.master.match(/FRAME-RATE=[\d.]+/g)).toEqual([
      "FRAME-RATE=30.000",
      "FRAME-RATE=30.000",
    ]);
  });

  it.each<[string, number, Plan, string]>([
    ["all of them", 2, planUnder(30), "has 60.000 frames per second; planned were 30.000"],
    ["a quarter", 0.5, planUnder(30), "has 15.000 frames per second; planned were 30.000"],
    [
      "all, by a plan that does not know the cap",
      2,
      { ...planUnder(60), maxFps: 30 },
      "has 60.000 frames per second; planned were 60.000",
    ],
  ])("is not kept by one with %s", (_title, times, plan, wanted) => {
    const tracks = [atSpeed(top, times), atSpeed(low, times), audioTrack];
    const { problems } = verifyOutput(outputOf(tracks, plan));
    expect(problems).toContain(`480p ${wanted}, and 30 are allowed`);
    expect(problems).toContain(`360p ${wanted}, and 30 are allowed`);
  });
});

describe("verification", () => {
  it("finds nothing in a good output, and says what it has checked", () => {
    const { passed, problems } = verifyOutput(good);
    expect(problems).toEqual([]);
    expect(passed).toHaveLength(14);
  });

  it("takes a length that was rounded to the other side", () => {
    // 95 235 / 48 000 lies exactly between two millionths.
    const [first, last] = audioTrack.segments;
    const segments = [first, last && { ...last, duration: 95_235 }].flatMap((one) => one ?? []);
    const output = outputOf([top, low, { ...audioTrack, segments }]);
    const path = "audio/index.m3u8";
    for (const rounded of ["1.984062", "1.984063"]) {
      const text = output.playlists.get(path)?.replace(/1\.98406\d/, rounded) ?? "";
      const playlists = new Map([...output.playlists, [path, text]]);
      const { problems } = verifyOutput({ ...output, playlists });
      expect(problems.filter((problem) => problem.includes("playlist"))).toEqual([]);
    }
  });

  it.each<[string, Output, RegExp]>([
    ["a missing rendition", outputOf([top, audioTrack]), /360p is missing/],
    [
      "a track without segments",
      outputOf([top, { ...low, segments: [] }, audioTrack]),
      /360p has no segments/,
    ],
    ["a wrong size", outputOf([top, videoTrack("360p", 642, 360), audioTrack]), /360p is 642x360/],
    [
      "a CODECS that the bitstream denies",
      {
        ...good,
        inspections: new Map([
          ...good.inspections,
          ["360p", { codec_name: "h264", profile: "Main", level: 31, width: 640, height: 360 }],
        ]),
      },
      /360p states avc1.64001f, the bitstream is h264 Main/,
    ],
    ["pictures without tags", withTags({}), /360p is tagged unknown\/unknown\/unknown\/unknown/],
    [
      "pictures with the tags of another matrix",
      withTags({ ...tags, color_space: "smpte170m" }),
      /360p is tagged smpte170m\/bt709\/bt709\/tv/,
    ],
    [
      "pictures that are said to have full range",
      withTags({ ...tags, color_range: "pc" }),
      /360p is tagged bt709\/bt709\/bt709\/pc/,
    ],
    ["a rendition that was not probed", { ...good, inspections: new Map() }, /was not probed/],
    [
      "a keyframe that is elsewhere",
      withSegment(1, { keyframes: [180 * 512 + 512] }),
      /keyframe 3 of 360p differs/,
    ],
    [
      "a keyframe too many",
      withSegment(1, { keyframes: [180 * 512, 200 * 512] }),
      /keyframe|off the grid/,
    ],
    [
      "an open GOP",
      withSegment(0, { keyframesAreIdr: false }),
      /segment 0 of 360p has a keyframe that is no IDR/,
    ],
    [
      "a short segment in the middle",
      withSegment(0, { samples: 120 }),
      /segment 0 of 360p has 120 frames, not 180/,
    ],
    [
      "a segment that starts without keyframe",
      withSegment(1, { presentationStart: 179 * 512 }),
      /segment 1 of 360p/,
    ],
    ["a gap", withSegment(1, { decodeStart: 181 * 512 }), /segment 1 of 360p does not follow/],
    ["a late start", withSegment(0, { presentationStart: 1024 }), /360p does not begin at zero/],
    [
      "an edit list",
      outputOf([top, { ...low, init: { ...low.init, hasEditList: true } }, audioTrack]),
      /begin at zero/,
    ],
    ["renditions of unequal length", withSegment(1, { duration: 59 * 512 }), /renditions last/],
    [
      "less than the source",
      { ...good, source: { ...source, durationSeconds: 12 } },
      /lasts 8\.00 s of 12\.00 s/,
    ],
    [
      "less sound than the source",
      {
        ...good,
        plan: {
          ...stereoPlan,
          sounds: planSounds(aSource({ durationSeconds: 30 }), aProfile("hls-720p").audio),
        },
      },
      /audio lasts 8\.00 s of 30\.00 s/,
    ],
    [
      "sound with more samples than its stamps have room for",
      outputOf([
        top,
        low,
        {
          ...audioTrack,
          segments: audioTrack.segments.map((segment) => ({ ...segment, samples: 300 })),
        },
      ]),
      /audio lasts 8\.00 s and holds 12\.80 s of samples/,
    ],
    [
      "a missing playlist",
      { ...good, playlists: new Map([...good.playlists].slice(1)) },
      /480p has no playlist/,
    ],
    [
      "a playlist of another track",
      {
        ...good,
        playlists: new Map([
          ...good.playlists,
          ["360p/index.m3u8", trackPlaylist({ ...low, segments: low.segments.slice(1) })],
        ]),
      },
      /playlist of 360p does not match/,
    ],
    ["a media playlist that is cut off", withPlaylist("#EXT-X-ENDLIST\n", ""), /does not match/],
    ["a media playlist without a map", withPlaylist(/#EXT-X-MAP.*\n/, ""), /does not match/],
    [
      "a media playlist with another length",
      withPlaylist("6.000000", "5.999000"),
      /playlist of 360p does not match/,
    ],
    [
      "a media playlist whose target is too small",
      withPlaylist("DURATION:6", "DURATION:5"),
      /playlist of 360p is not valid: .*target duration/,
    ],
    ["a text that is no playlist", { ...good, master: "hello" }, /master playlist is not valid/],
    ["a master that names nothing", { ...good, master: "#EXTM3U\n" }, /does not name every/],
    ["a master without a variant", withMaster(/#EXT-X-STREAM.*\n360p.*\n/, ""), /name every/],
    ["a master that names one twice", withMaster("360p/", "480p/"), /does not name every/],
    ["a master of another folder", withMaster("360p/", "240p/"), /240p.*does not exist/],
    ["a master with a wrong size", withMaster("640x360", "640x362"), /states 640x362 avc1/],
    [
      "a master with wrong codecs",
      withMaster("avc1.64001f", "avc1.4d001f"),
      /states 854x480 avc1.4d/,
    ],
    [
      "a master with a wrong rate",
      withMaster("FRAME-RATE=30.000", "FRAME-RATE=60.000"),
      /states 60 frames per second for 480p/,
    ],
    ["a master without a rate", withMaster(",FRAME-RATE=30.000", ""), /states 0 frames per second/],
    ["a master with a silent variant", withMaster(',AUDIO="audio"', ""), /480p 0 audio tracks/],
    ["a master that lacks the sound", withMaster(/#EXT-X-MEDIA.*\n/, ""), /is not valid: .*AUDIO/],
  ])("finds %s", (_title, output, wanted) => {
    const { problems, passed } = verifyOutput(output);
    expect(problems.join("\n")).toMatch(wanted);
    expect(passed.length).toBeLessThan(14);
  });
});
