import { describe, expect, it } from "vitest";
import { encoders } from "../../media/encoders/index.ts";
import { planEncode, type PlanArgs } from "../../media/plan.ts";
import {
  anAudio,
  aPicture,
  aSoundSource,
  aSource,
  bt709Tags,
  onGrid,
  stereoFilters,
} from "./a-source.ts";
import {
  countingGraph,
  expectedCommand,
  fastLadder,
  frame,
  fullLadder,
  words,
  x264Args,
  type Command,
  type Step,
} from "./expected-command.ts";
import { planArgs } from "./plan-args.ts";
import { aProfile } from "../support/profiles.ts";

const fps30 = onGrid("30/1");
const end = "trim=end=9.991667";
const tags = bt709Tags;
const chain = [...frame, "format=yuv420p", fps30, end, tags, "format=yuv420p"];
const sound = `[0:1]${stereoFilters}`;

const withMeanRates: readonly Step[] = [
  { width: 1920, height: 1080, rates: "-b:v:0 4000k -maxrate:v:0 5000k -bufsize:v:0 7500k" },
  { width: 1280, height: 720, rates: "-b:v:1 2240k -maxrate:v:1 2800k -bufsize:v:1 4200k" },
  { width: 854, height: 480, rates: "-b:v:2 1120k -maxrate:v:2 1400k -bufsize:v:2 2100k" },
  { width: 640, height: 360, rates: "-b:v:3 640k -maxrate:v:3 800k -bufsize:v:3 1200k" },
];
const upright: readonly Step[] = fullLadder.map(({ width, height, rates }) => ({
  ...{ width: height, height: width },
  rates,
}));
const cutLadder: readonly Step[] = [
  { width: 1440, height: 1080, rates: "-maxrate:v:0 4030k -bufsize:v:0 6045k" },
  { width: 960, height: 720, rates: "-maxrate:v:1 2260k -bufsize:v:1 3390k" },
  { width: 640, height: 480, rates: "-maxrate:v:2 1130k -bufsize:v:2 1695k" },
  { width: 480, height: 360, rates: "-maxrate:v:3 640k -bufsize:v:3 960k" },
];
const hd = aPicture(1920, 1080);
const plain: Command = { chain, sound, steps: fullLadder };
const toneMapping = [
  "zscale=min=2020_ncl:pin=2020:tin=smpte2084:rin=limited:t=linear:m=2020_ncl:p=2020:r=limited:npl=100",
  ...["format=gbrpf32le", "zscale=p=709", "tonemap=hable:desat=0", "zscale=t=709:m=709:r=limited"],
];
const cut = { width: 1440, height: 1080, left: 240, top: 0 };

const cases: readonly (readonly [string, Partial<PlanArgs>, Command])[] = [
  ["a plain file in 1080p", {}, plain],
  [
    "a file without sound",
    { source: aSource({ audio: "none" }) },
    { chain, steps: fullLadder, sound: undefined },
  ],
  [
    "a picture that lies on its side",
    {
      source: aSource({
        video: {
          picture: { ...hd, turn: ["transpose=clock"], displayed: { width: 1080, height: 1920 } },
        },
      }),
    },
    {
      ...plain,
      chain: [...frame, "format=yuv420p", fps30, end, "transpose=clock", tags, "format=yuv420p"],
      steps: upright,
    },
  ],
  [
    "interlaced pictures, of which each field becomes one",
    { source: aSource({ video: { fieldOrder: "tff", fps: { num: 60, den: 1 } } }) },
    {
      ...plain,
      chain: [
        ...[...frame, "format=yuv420p", "bwdif=mode=send_field:parity=tff:deint=all"],
        onGrid("60/1"),
        ...["trim=end=9.995833", tags, "format=yuv420p"],
      ],
      encoder: x264Args.replaceAll(" 60 ", " 120 "),
      steps: fastLadder,
    },
  ],
  [
    "pictures of high dynamic range",
    {
      source: aSource({
        video: {
          codec: "hevc",
          pixelFormat: "yuv420p10le",
          colour: { ...aSource().video.colour, filters: toneMapping },
        },
      }),
    },
    {
      ...plain,
      chain: [
        ...[...frame, "format=yuv420p10le", fps30, end],
        ...[...toneMapping, tags, "format=yuv420p"],
      ],
    },
  ],
  [
    "a picture that the container cuts",
    {
      source: aSource({
        video: { picture: { ...hd, crop: cut, displayed: { width: 1440, height: 1080 } } },
      }),
    },
    {
      ...plain,
      chain: [
        ...[...frame, "format=yuv420p", "crop=1440:1080:240:0:exact=1"],
        ...[fps30, end, tags, "format=yuv420p"],
      ],
      steps: cutLadder,
    },
  ],
  [
    "two mono tracks that are left and right",
    { source: aSource({ audio: { indices: [1, 2] } }) },
    {
      ...plain,
      sound: `[0:1][0:2]join=inputs=2:channel_layout=stereo:map=0.0-FL|1.0-FR,${stereoFilters}`,
    },
  ],
  [
    "a clock that leaps and does not begin at zero",
    {
      source: aSource({ timeline: { origin: 1.5, leaps: [{ at: 100, seconds: 92 }] } }),
    },
    {
      ...plain,
      chain: [
        ...[...frame, "format=yuv420p", onGrid("30/1", "(T-(1.5+gte(T,99.9995)*92))")],
        ...[end, tags, "format=yuv420p"],
      ],
      sound: `${sound},asetpts='(T-(1.5+gte(T,99.9995)*92))/TB'`,
    },
  ],
  [
    "colour values that ffmpeg refuses, and streams that are not the first ones",
    {
      source: aSource({
        video: { index: 2, colour: { ...aSource().video.colour, bitstreamFilter: "h264_x=y=2" } },
        audio: { indices: [5] },
      }),
    },
    {
      ...plain,
      ...{ videoIndex: 2, input: "-bsf:2 h264_x=y=2", sound: `[0:5]${stereoFilters}` },
    },
  ],
  [
    "29.97 frames, in whole GOPs of 60",
    { source: aSource({ video: { fps: { num: 30000, den: 1001 } } }) },
    {
      ...plain,
      chain: [
        ...[...frame, "format=yuv420p", onGrid("30000/1001")],
        ...["trim=end=9.991658", tags, "format=yuv420p"],
      ],
      hlsTime: "6.006000",
    },
  ],
  [
    "NVENC",
    { encoder: encoders.nvenc },
    {
      ...plain,
      encoder:
        "-c:v h264_nvenc -preset p5 -tune hq -profile:v high -rc vbr -cq 23 -rc-lookahead 20 -spatial-aq 1 -temporal-aq 1 -g 60 -no-scenecut 1 -strict_gop 1 -forced-idr 1 -bf 2 -flags:v +cgop",
      steps: withMeanRates,
    },
  ],
  [
    "VAAPI",
    { encoder: encoders.vaapi },
    {
      ...plain,
      device: "-init_hw_device vaapi=gpu:/dev/dri/renderD128 -filter_hw_device gpu",
      chain: [...chain.slice(0, -1), "format=nv12", "hwupload"],
      scale: ({ width, height }) => `scale_vaapi=w=${width}:h=${height}:format=nv12,setsar=1`,
      encoder:
        "-c:v h264_vaapi -profile:v high -rc_mode VBR -g 60 -idr_interval 0 -bf 2 -flags:v +cgop",
      steps: withMeanRates,
    },
  ],
];

describe("the plan", () => {
  it.each(cases)("for %s is exactly this command", (_title, change, wanted) => {
    expect(planEncode(planArgs(change)).argv).toEqual(expectedCommand(wanted));
  });

  it("for sound alone is exactly this command", () => {
    expect(planEncode(planArgs({ source: aSoundSource() })).argv).toEqual([
      ...words("-nostdin -y -hide_banner -v warning -nostats -progress pipe:1 -stats_period 0.5"),
      ...words("-max_error_rate 1 -threads 2 -t 15 -probesize 33554432 -analyzeduration 20000000"),
      ...words(
        "-protocol_whitelist file,pipe -format_whitelist mov -max_streams 100 -max_pixels 34471936 -f mov",
      ),
      ...words("-i file:/work/jobs/x/source -filter_complex_threads 2"),
      ...["-filter_complex", `${sound}[pcm0]`],
      ...words("-map [pcm0] -c:a pcm_f32le -f null - -dec 0:0"),
      ...["-filter_complex", countingGraph(0), "-map", "[a0]"],
      ...words("-c:a aac -b:a:0 128k -map_metadata -1 -map_chapters -1"),
      ...words("-f hls -hls_time 6.000000 -hls_playlist_type vod -hls_segment_type fmp4"),
      ...words("-hls_flags independent_segments+temp_file"),
      ...words("-hls_segment_options movflags=+cmaf:use_editlist=0"),
      ...words("-hls_fmp4_init_filename init.mp4 -var_stream_map a:0,name:audio"),
      ...words("-hls_segment_filename /work/jobs/x/out/%v/%05d.m4s /work/jobs/x/out/%v/index.m3u8"),
    ]);
  });

  it("names a folder for each rendition, and one for the sound where there is any", () => {
    const folders = ["1080p", "720p", "480p", "360p"];
    expect(planEncode(planArgs()).folders).toEqual([...folders, "audio"]);
    expect(planEncode(planArgs({ source: aSource({ audio: "none" }) }))).toMatchObject({
      ...{ folders, sounds: [] },
    });
    expect(planEncode(planArgs({ source: aSoundSource() }))).toMatchObject({
      ...{ folders: ["audio"], renditions: [] },
      cadence: { gopFrames: 50, segmentSeconds: "6.000000" },
    });
  });

  it("maps each sound to a folder of its own, in the group of all pictures", () => {
    const { argv, folders } = planEncode(
      planArgs({
        ...{ profile: aProfile("hls-720p") },
        source: aSource({ alternates: [anAudio(10, { indices: [2] })] }),
      }),
    );
    expect(folders).toEqual(["720p", "480p", "360p", "audio", "audio-2"]);
    expect(argv[argv.indexOf("-var_stream_map") + 1]).toBe(
      [
        "v:0,agroup:audio,name:720p v:1,agroup:audio,name:480p v:2,agroup:audio,name:360p",
        "a:0,agroup:audio,name:audio a:1,agroup:audio,name:audio-2",
      ].join(" "),
    );
    expect(argv.join(" ")).toContain("-map [v2] -map [a0] -map [a1] -c:v");
  });

  it.each([
    [10, "15"],
    [0.5, "6"],
    [3600.2, "3606"],
  ])("of a file whose last packet lies before %d s reads up to %s s", (durationSeconds, wanted) => {
    const { argv } = planEncode(planArgs({ source: aSource({ durationSeconds }) }));
    expect(argv[argv.indexOf("-t") + 1]).toBe(wanted);
  });
});
