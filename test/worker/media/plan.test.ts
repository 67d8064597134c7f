import { describe, expect, it } from "vitest";
import { encoders } from "../../../worker/src/media/encoders/index.ts";
import { planEncode, type PlanArgs } from "../../../worker/src/media/plan.ts";
import type { Source } from "../../../worker/src/media/source.ts";

const hd: Source = {
  demuxer: "mov",
  durationSeconds: 10,
  sizeBytes: 1000,
  video: {
    index: 0,
    codec: "h264",
    width: 1280,
    height: 720,
    fps: { num: 30, den: 1 },
    statedFps: 30,
    interlaced: false,
    hdr: false,
    durationSeconds: 10,
  },
  audio: { index: 1, codec: "aac", channels: 2, sampleRate: 48000, durationSeconds: 10 },
};

function planArgs(change: Partial<PlanArgs> = {}): PlanArgs {
  return {
    source: hd,
    profile: "hls-720p",
    encoder: encoders.cpu,
    device: "/dev/dri/renderD128",
    threads: 2,
    sourcePath: "/work/jobs/x/source",
    outputDir: "/work/jobs/x/out",
    maxSeconds: 14400,
    ...change,
  };
}

const beginning = [
  ..."-nostdin -y -hide_banner -v warning -nostats -progress pipe:1 -stats_period 0.5".split(" "),
];
const input =
  "-threads 2 -protocol_whitelist file,pipe -format_whitelist mov -max_streams 100 -f mov -t 14400 -i file:/work/jobs/x/source -filter_complex_threads 2 -filter_complex".split(
    " ",
  );
const audioChain =
  "[0:1]aresample=async=1:first_pts=0,aformat=sample_fmts=fltp:sample_rates=48000:channel_layouts=stereo,atrim=start_sample=1024,asetpts=PTS-STARTPTS[a0]";
const audioArgs = "-c:a aac -b:a 128k -ac 2".split(" ");
const noMetadata = "-map_metadata -1 -map_chapters -1".split(" ");
const muxer =
  "-f hls -hls_time 6.000000 -hls_playlist_type vod -hls_segment_type fmp4 -hls_flags independent_segments+temp_file -hls_segment_options movflags=+cmaf:use_editlist=0 -hls_fmp4_init_filename init.mp4 -var_stream_map".split(
    " ",
  );
const variants =
  "v:0,agroup:audio,name:720p v:1,agroup:audio,name:480p v:2,agroup:audio,name:360p a:0,agroup:audio,name:audio";
const ending = [
  "-hls_segment_filename",
  "/work/jobs/x/out/%v/%05d.m4s",
  "/work/jobs/x/out/%v/index.m3u8",
];
const maps = "-map [v0] -map [v1] -map [v2]".split(" ");
const rates =
  "-maxrate:v:0 2800k -bufsize:v:0 4200k -maxrate:v:1 1400k -bufsize:v:1 2100k -maxrate:v:2 800k -bufsize:v:2 1200k".split(
    " ",
  );

describe("the plan", () => {
  it("for libx264 is exactly this command", () => {
    const graph = [
      "[0:0]fps=fps=30/1:start_time=0:round=near,format=yuv420p,split=3[s0][s1][s2]",
      "[s0]scale=1280:720:flags=bicubic,setsar=1[v0]",
      "[s1]scale=854:480:flags=bicubic,setsar=1[v1]",
      "[s2]scale=640:360:flags=bicubic,setsar=1[v2]",
      audioChain,
    ].join(";");
    expect(planEncode(planArgs()).argv).toEqual([
      ...beginning,
      ...input,
      graph,
      ...maps,
      ...["-map", "[a0]"],
      ..."-c:v libx264 -preset veryfast -profile:v high -crf 21 -g 60 -keyint_min 60 -sc_threshold 0 -flags:v +cgop -threads:v 2".split(
        " ",
      ),
      ...rates,
      ...audioArgs,
      ...noMetadata,
      ...muxer,
      variants,
      ...ending,
    ]);
  });

  it("for NVENC is exactly this command", () => {
    const graph = [
      "[0:0]fps=fps=30/1:start_time=0:round=near,format=yuv420p,split=3[s0][s1][s2]",
      "[s0]setsar=1[v0]",
      "[s1]scale=854:480:flags=bicubic,setsar=1[v1]",
      "[s2]scale=640:360:flags=bicubic,setsar=1[v2]",
      audioChain,
    ].join(";");
    expect(planEncode(planArgs({ encoder: encoders.nvenc })).argv).toEqual([
      ...beginning,
      ...input,
      graph,
      ...maps,
      ...["-map", "[a0]"],
      ..."-c:v h264_nvenc -preset p5 -tune hq -profile:v high -rc vbr -cq 23 -rc-lookahead 20 -spatial-aq 1 -temporal-aq 1 -g 60 -no-scenecut 1 -strict_gop 1 -forced-idr 1 -bf 2 -flags:v +cgop".split(
        " ",
      ),
      ..."-b:v:0 2240k -maxrate:v:0 2800k -bufsize:v:0 4200k -b:v:1 1120k -maxrate:v:1 1400k -bufsize:v:1 2100k -b:v:2 640k -maxrate:v:2 800k -bufsize:v:2 1200k".split(
        " ",
      ),
      ...audioArgs,
      ...noMetadata,
      ...muxer,
      variants,
      ...ending,
    ]);
  });

  it("for VAAPI is exactly this command", () => {
    const graph = [
      "[0:0]fps=fps=30/1:start_time=0:round=near,format=nv12,hwupload,split=3[s0][s1][s2]",
      "[s0]setsar=1[v0]",
      "[s1]scale_vaapi=w=854:h=480:format=nv12,setsar=1[v1]",
      "[s2]scale_vaapi=w=640:h=360:format=nv12,setsar=1[v2]",
      audioChain,
    ].join(";");
    expect(planEncode(planArgs({ encoder: encoders.vaapi })).argv).toEqual([
      ...beginning,
      ..."-init_hw_device vaapi=gpu:/dev/dri/renderD128 -filter_hw_device gpu".split(" "),
      ...input,
      graph,
      ...maps,
      ...["-map", "[a0]"],
      ..."-c:v h264_vaapi -profile:v high -rc_mode VBR -g 60 -idr_interval 0 -bf 2 -flags:v +cgop".split(
        " ",
      ),
      ..."-b:v:0 2240k -maxrate:v:0 2800k -bufsize:v:0 4200k -b:v:1 1120k -maxrate:v:1 1400k -bufsize:v:1 2100k -b:v:2 640k -maxrate:v:2 800k -bufsize:v:2 1200k".split(
        " ",
      ),
      ...audioArgs,
      ...noMetadata,
      ...muxer,
      variants,
      ...ending,
    ]);
  });

  it("for a source without sound has no audio group", () => {
    const plan = planEncode(planArgs({ source: { ...hd, audio: undefined } }));
    expect(plan.folders).toEqual(["720p", "480p", "360p"]);
    expect(plan.hasAudio).toBe(false);
    expect(plan.argv).toContain("v:0,name:720p v:1,name:480p v:2,name:360p");
    expect(plan.argv.join(" ")).not.toMatch(/\[a0\]|-c:a|agroup/);
  });

  it.each<[string, Partial<Source["video"]>, string]>([
    [
      "an interlaced source",
      { interlaced: true },
      "[0:0]bwdif=mode=send_frame:deint=interlaced,fps=fps=30/1:start_time=0:round=near,format=yuv420p,split=3",
    ],
    [
      "a film rate",
      { fps: { num: 24000, den: 1001 } },
      "[0:0]fps=fps=24000/1001:start_time=0:round=near,format=yuv420p,split=3",
    ],
    [
      "a high dynamic range source",
      { hdr: true },
      "[0:0]fps=fps=30/1:start_time=0:round=near,zscale=t=linear:npl=100,format=gbrpf32le,zscale=p=bt709,tonemap=hable:desat=0,zscale=t=bt709:m=bt709:r=tv,format=yuv420p,split=3",
    ],
  ])("filters %s first", (_title, change, wanted) => {
    const source = { ...hd, video: { ...hd.video, ...change } };
    const { argv } = planEncode(planArgs({ source }));
    expect(argv[argv.indexOf("-filter_complex") + 1]).toContain(wanted);
  });

  it("cuts 29.97 into whole GOPs of 60 frames", () => {
    const source = { ...hd, video: { ...hd.video, fps: { num: 30000, den: 1001 } } };
    const { argv } = planEncode(planArgs({ source }));
    expect(argv[argv.indexOf("-g") + 1]).toBe("60");
    expect(argv[argv.indexOf("-hls_time") + 1]).toBe("6.006000");
  });

  it("takes the streams that were chosen, not the first ones", () => {
    const source: Source = {
      ...hd,
      video: { ...hd.video, index: 2 },
      audio: hd.audio && { ...hd.audio, index: 5 },
    };
    const { argv } = planEncode(planArgs({ source }));
    const graph = argv[argv.indexOf("-filter_complex") + 1];
    expect(graph).toMatch(/^\[0:2\].*\[0:5\]/);
  });
});
