import { describe, expect, it } from "vitest";
import { accels } from "@framewright/contracts/job.ts";
import { videoCodecs, type Ladder, type Profile } from "@framewright/contracts/profile.ts";
import { encoderArgs } from "../../media/encoders/encoder.ts";
import { encoders } from "../../media/encoders/index.ts";
import { planLadder } from "../../media/ladder.ts";
import { planEncode } from "../../media/plan.ts";
import { workShares } from "../../media/work.ts";
import { aProfile } from "../support/profiles.ts";
import { aSource } from "./a-source.ts";
import { words } from "./expected-command.ts";
import { planArgs } from "./plan-args.ts";

const mixed: Ladder = [
  { height: 1080, kbps: 3700, codec: "hevc" },
  { height: 720, kbps: 1700, codec: "av1" },
  { height: 720, kbps: 2800, codec: "h264" },
  { height: 360, kbps: 800 },
];
const fps = { num: 30, den: 1 };
const renditions = planLadder({ width: 1920, height: 1080 }, fps, mixed);

function withLadder(ladder: Ladder): Profile {
  const base = aProfile("hls-1080p");
  return { ...base, video: { ...base.video, ladder } };
}

describe("a ladder of several codecs", () => {
  it("has the renditions of each codec together, H.264 first, with names of their own", () => {
    expect(renditions).toEqual([
      { name: "720p", codec: "h264", width: 1280, height: 720, maxKbps: 2800 },
      { name: "360p", codec: "h264", width: 640, height: 360, maxKbps: 800 },
      { name: "1080p-hevc", codec: "hevc", width: 1920, height: 1080, maxKbps: 3700 },
      { name: "720p-av1", codec: "av1", width: 1280, height: 720, maxKbps: 1700 },
    ]);
  });

  it("scales nothing up in any codec", () => {
    const small = planLadder({ width: 854, height: 480 }, fps, mixed);
    expect(small.map(({ name, width }) => `${name} ${width}`)).toEqual([
      ...["480p 854", "360p 640", "480p-hevc 854", "480p-av1 854"],
    ]);
  });
});

/** Options of the four renditions above. */
const expected = {
  cpu: [
    "-c:v:0 libx264 -preset:v:0 veryfast -profile:v:0 high -crf:v:0 21 -g:v:0 60 -keyint_min:v:0 60 -sc_threshold:v:0 0 -flags:v:0 +cgop -threads:v:0 2",
    "-c:v:1 libx264 -preset:v:1 veryfast -profile:v:1 high -crf:v:1 21 -g:v:1 60 -keyint_min:v:1 60 -sc_threshold:v:1 0 -flags:v:1 +cgop -threads:v:1 2",
    "-c:v:2 libx265 -preset:v:2 veryfast -profile:v:2 main -crf:v:2 24 -g:v:2 60 -x265-params:v:2 min-keyint=60:scenecut=0:open-gop=0:pools=2:frame-threads=1:log-level=error -tag:v:2 hvc1",
    "-c:v:3 libsvtav1 -preset:v:3 9 -crf:v:3 32 -g:v:3 60 -svtav1-params:v:3 scd=0:lp=2",
    "-maxrate:v:0 2800k -bufsize:v:0 4200k -maxrate:v:1 800k -bufsize:v:1 1200k",
    "-maxrate:v:2 3700k -bufsize:v:2 5550k -maxrate:v:3 1700k -bufsize:v:3 2550k",
  ],
  nvenc: [
    "-c:v:0 h264_nvenc -preset:v:0 p5 -tune:v:0 hq -profile:v:0 high -rc:v:0 vbr -cq:v:0 23 -rc-lookahead:v:0 20 -spatial-aq:v:0 1 -temporal-aq:v:0 1 -g:v:0 60 -no-scenecut:v:0 1 -strict_gop:v:0 1 -forced-idr:v:0 1 -bf:v:0 2 -flags:v:0 +cgop",
    "-c:v:1 h264_nvenc -preset:v:1 p5 -tune:v:1 hq -profile:v:1 high -rc:v:1 vbr -cq:v:1 23 -rc-lookahead:v:1 20 -spatial-aq:v:1 1 -temporal-aq:v:1 1 -g:v:1 60 -no-scenecut:v:1 1 -strict_gop:v:1 1 -forced-idr:v:1 1 -bf:v:1 2 -flags:v:1 +cgop",
    "-c:v:2 hevc_nvenc -preset:v:2 p5 -tune:v:2 hq -profile:v:2 main -rc:v:2 vbr -cq:v:2 26 -rc-lookahead:v:2 20 -spatial-aq:v:2 1 -temporal-aq:v:2 1 -g:v:2 60 -no-scenecut:v:2 1 -strict_gop:v:2 1 -forced-idr:v:2 1 -bf:v:2 0 -tag:v:2 hvc1",
    "-c:v:3 av1_nvenc -preset:v:3 p5 -tune:v:3 hq -rc:v:3 vbr -cq:v:3 32 -rc-lookahead:v:3 20 -spatial-aq:v:3 1 -temporal-aq:v:3 1 -g:v:3 60 -no-scenecut:v:3 1 -strict_gop:v:3 1 -forced-idr:v:3 1",
    "-b:v:0 2240k -maxrate:v:0 2800k -bufsize:v:0 4200k -b:v:1 640k -maxrate:v:1 800k -bufsize:v:1 1200k",
    "-b:v:2 2960k -maxrate:v:2 3700k -bufsize:v:2 5550k -b:v:3 1360k -maxrate:v:3 1700k -bufsize:v:3 2550k",
  ],
  vaapi: [
    "-c:v:0 h264_vaapi -profile:v:0 high -rc_mode:v:0 VBR -g:v:0 60 -idr_interval:v:0 0 -bf:v:0 2 -flags:v:0 +cgop",
    "-c:v:1 h264_vaapi -profile:v:1 high -rc_mode:v:1 VBR -g:v:1 60 -idr_interval:v:1 0 -bf:v:1 2 -flags:v:1 +cgop",
    "-c:v:2 hevc_vaapi -profile:v:2 main -rc_mode:v:2 VBR -g:v:2 60 -idr_interval:v:2 0 -bf:v:2 0 -tag:v:2 hvc1",
    "-c:v:3 av1_vaapi -profile:v:3 main -rc_mode:v:3 VBR -g:v:3 60 -idr_interval:v:3 0",
    "-b:v:0 2240k -maxrate:v:0 2800k -bufsize:v:0 4200k -b:v:1 640k -maxrate:v:1 800k -bufsize:v:1 1200k",
    "-b:v:2 2960k -maxrate:v:2 3700k -bufsize:v:2 5550k -b:v:3 1360k -maxrate:v:3 1700k -bufsize:v:3 2550k",
  ],
} as const;

describe("the options of several codecs", () => {
  it.each(accels)("are exactly these with %s", (accel) => {
    const args = encoderArgs(encoders[accel], renditions, { gopFrames: 60, threads: 2 });
    expect(args).toEqual(expected[accel].flatMap(words));
  });

  it.each(videoCodecs)("of %s alone are said once", (codec) => {
    const one = renditions.filter((rendition) => rendition.codec === codec);
    const args = encoderArgs(encoders.cpu, one, { gopFrames: 60, threads: 2 });
    expect(args.slice(0, 2)).toEqual(["-c:v", encoders.cpu.codecs[codec].name]);
    expect(args.filter((word) => word.startsWith("-c:v"))).toHaveLength(1);
  });

  it("stand in the command, whose variants are one group with the sound", () => {
    const { argv, folders } = planEncode(planArgs({ profile: withLadder(mixed) }));
    expect(argv.join(" ")).toContain(expected.cpu.join(" "));
    expect(folders).toEqual(["720p", "360p", "1080p-hevc", "720p-av1", "audio"]);
    expect(argv[argv.indexOf("-var_stream_map") + 1]).toContain(
      "v:2,agroup:audio,name:1080p-hevc v:3,agroup:audio,name:720p-av1 a:0",
    );
  });
});

describe("the work of a codec", () => {
  const sharesOf = (codec: "h264" | "hevc" | "av1", accel: "cpu" | "nvenc") => {
    const source = aSource({ audio: "none", video: { pictures: 0 } });
    const ladder: Ladder = [{ height: 1080, kbps: 3000, codec }];
    const plan = planEncode(planArgs({ source, profile: withLadder(ladder) }));
    return workShares({ plan, source, accel });
  };

  it("is more than that of H.264 in software, and the same on a device", () => {
    const h264 = sharesOf("h264", "cpu").coreSeconds;
    expect(sharesOf("hevc", "cpu").coreSeconds / h264).toBeCloseTo(1.8, 2);
    expect(sharesOf("av1", "cpu").coreSeconds / h264).toBeCloseTo(1.5, 2);
    expect(sharesOf("av1", "nvenc")).toEqual(sharesOf("h264", "nvenc"));
  });
});
