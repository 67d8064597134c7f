import { describe, expect, it } from "vitest";
import { testEncodeArgs } from "../../../worker/src/media/capabilities.ts";
import { encoders } from "../../../media/encoders/index.ts";
import { codecsMatch } from "../../../worker/src/media/inspect.ts";
import { coverArgs, posterArgs, posterSegment } from "../../../worker/src/media/poster.ts";
import { inputArgs } from "../../../media/input.ts";
import { extractArgs } from "../../../worker/src/media/subtitles/extract.ts";
import { reportArgs } from "../../../worker/src/media/open-source.ts";

describe("the test encode", () => {
  it("for libx264 goes through the filters and options of a job", () => {
    expect(testEncodeArgs(encoders.cpu, "h264", "")).toEqual([
      ..."-nostdin -hide_banner -v error -f lavfi -i testsrc2=size=1280x720:rate=30:duration=0.34".split(
        " ",
      ),
      ..."-filter_complex [0:v]format=yuv420p,scale=640:360:flags=bicubic,setsar=1[v0] -map [v0]".split(
        " ",
      ),
      ..."-c:v libx264 -preset veryfast -profile:v high -crf 21 -g 60 -keyint_min 60 -sc_threshold 0 -flags:v +cgop -threads:v 1".split(
        " ",
      ),
      ..."-maxrate:v:0 800k -bufsize:v:0 1200k -f null -".split(" "),
    ]);
  });

  it("for VAAPI opens the device that was named", () => {
    const args = testEncodeArgs(encoders.vaapi, "h264", "/dev/dri/renderD129");
    expect(args.join(" ")).toContain("-init_hw_device vaapi=gpu:/dev/dri/renderD129");
    expect(args.join(" ")).toContain("format=nv12,hwupload,scale_vaapi=w=640:h=360:format=nv12");
  });
});

describe("the probe", () => {
  it("opens one local file as one container, with bounds", () => {
    expect([...reportArgs, ...inputArgs("matroska", "/work/jobs/x/source")]).toEqual(
      "-v error -print_format json -show_format -show_streams -show_programs -probesize 33554432 -analyzeduration 20000000 -protocol_whitelist file,pipe -format_whitelist matroska -max_streams 100 -max_pixels 34471936 -f matroska -i file:/work/jobs/x/source".split(
        " ",
      ),
    );
  });
});

describe("the reading of subtitles", () => {
  it("opens the source once, as the probe does, for a bounded file of each track", () => {
    const args = extractArgs({
      ...{ demuxer: "matroska", sourcePath: "/w/source" },
      tracks: [{ index: 2 }, { index: 5 }],
      pathOf: (index) => `/w/${index}.mkv`,
    });
    const track = (index: number) =>
      `-map 0:${index} -map_metadata -1 -map_chapters -1 -c:s ass -fs 8388608 -avoid_negative_ts disabled -f matroska file:/w/${index}.mkv`;
    expect(args).toEqual([
      ..."-nostdin -y -hide_banner -v error -copyts -max_error_rate 1 -sub_charenc_mode ignore".split(
        " ",
      ),
      ...inputArgs("matroska", "/w/source"),
      ...track(2).split(" "),
      ...track(5).split(" "),
    ]);
  });
});

describe("the poster", () => {
  it.each([
    [60, 6, 1],
    [5, 6, 0],
    [0.5, 6, 0],
    [3600, 6.006, 59],
  ])("of %d s in segments of %d s is taken from segment %d", (seconds, segment, wanted) => {
    expect(posterSegment(seconds, segment)).toBe(wanted);
  });

  it("decodes keyframes only and reads from a pipe", () => {
    expect(posterArgs("/o/poster.jpg")).toEqual([
      ..."-y -v error -skip_frame nokey -protocol_whitelist pipe -max_pixels 34471936 -f mov -i pipe:0 -vf".split(
        " ",
      ),
      "thumbnail=3,scale='min(1280,iw)':-2:out_range=pc:out_color_matrix=bt601,format=yuvj420p",
      ..."-frames:v 1 -f image2 -update 1 -q:v 3 file:/o/poster.jpg".split(" "),
    ]);
  });
});

describe("the cover of a file of sound alone", () => {
  it("is read out of the file and made as large as a poster", () => {
    expect(coverArgs(["-i", "file:/s"], 2, "/o/poster.jpg")).toEqual([
      ..."-nostdin -y -v error -i file:/s -map 0:2 -vf".split(" "),
      "scale='min(1280,iw)':-2:out_range=pc:out_color_matrix=bt601,format=yuvj420p",
      ..."-frames:v 1 -f image2 -update 1 -q:v 3 file:/o/poster.jpg".split(" "),
    ]);
  });
});

describe("a CODECS string", () => {
  it.each([
    ["avc1.64001f", { codec_name: "h264", profile: "High", level: 31 }, true],
    ["avc1.640028", { codec_name: "h264", profile: "High", level: 31 }, false],
    ["avc1.4d401f", { codec_name: "h264", profile: "High", level: 31 }, false],
    ["avc1.42c01e", { codec_name: "h264", profile: "Constrained Baseline", level: 30 }, true],
    ["mp4a.40.2", { codec_name: "aac", profile: "LC" }, true],
    ["mp4a.40.5", { codec_name: "aac", profile: "LC" }, false],
    ["avc1.64001f", { codec_name: "hevc", profile: "Main", level: 93 }, false],
  ])("%s against what ffprobe sees: %j is %s", (stated, seen, wanted) => {
    expect(codecsMatch(stated, seen)).toBe(wanted);
  });
});
