import { describe, expect, it } from "vitest";
import { encoders } from "../../media/encoders/index.ts";
import type { SourceVideo } from "../../media/source.ts";
import { videoGraph, videoInputArgs } from "../../media/video-graph.ts";
import { aPicture, aSource, bt709Tags, onGrid, type SourceChanges } from "./a-source.ts";

const renditions = [
  { name: "720p", codec: "h264", width: 1280, height: 720, maxKbps: 2800 },
  { name: "360p", codec: "h264", width: 640, height: 360, maxKbps: 800 },
] as const;

const frame =
  "scale=w='if(gt(dar/1.7777777777777777,0.99),1920,2*round(1920*max(dar/1.7777777777777777,0.02)/2))':h='if(gt(1.7777777777777777/dar,0.99),1080,2*round(1080*max(1.7777777777777777/dar,0.02)/2))':eval=frame,pad=1920:1080:(ow-iw)/2:(oh-ih)/2:eval=frame,setsar=10000/10000,";
const tags = bt709Tags;
const scaled =
  "split=2[s0][s1];[s0]scale=1280:720:flags=bicubic,setsar=1[v0];[s1]scale=640:360:flags=bicubic,setsar=1[v1]";

/** The part between the frame and the encoder's format, where sources differ. */
function chainOf(changes: SourceChanges): string {
  const source = aSource(changes);
  const { fps: rate } = source.video;
  const graph = videoGraph({ source, encoder: encoders.cpu, renditions, fps: rate });
  const [start, end] = [`[0:${source.video.index}]${frame}`, `,format=yuv420p,${scaled}`];
  expect(graph.startsWith(start) && graph.endsWith(end), graph).toBe(true);
  return graph.slice(start.length, graph.length - end.length);
}

const fps = onGrid("30/1");
const end = "trim=end=9.991667";

describe("the graph of the picture", () => {
  it("brings every picture into one frame, one clock and one set of tags, and then splits", () => {
    expect(chainOf({})).toBe(["format=yuv420p", fps, end, tags].join(","));
  });

  it("scales on the device where the encoder does", () => {
    const rate = { num: 30, den: 1 };
    const graph = videoGraph({
      ...{ source: aSource(), encoder: encoders.vaapi, renditions, fps: rate },
    });
    expect(graph).toBe(
      `[0:0]${frame}format=yuv420p,${fps},${end},${tags},format=nv12,hwupload,split=2[s0][s1];[s0]scale_vaapi=w=1280:h=720:format=nv12,setsar=1[v0];[s1]scale_vaapi=w=640:h=360:format=nv12,setsar=1[v1]`,
    );
  });

  it.each<[string, string, string]>([
    ["8-bit 4:2:0", "yuv420p", "format=yuv420p,"],
    ["10-bit 4:2:2", "yuv422p10le", "format=yuv422p10le,"],
    ["a camera's full range", "yuvj420p", "format=yuvj420p,"],
    ["a decoder of the hardware", "nv12", "format=nv12,"],
    ["grey", "gray", "format=gray,"],
    ["planar RGB", "gbrp", "format=gbrp,"],
    ["alpha in YUV", "yuva420p", "format=yuva444p,premultiply=inplace=1,"],
    ["alpha in RGB", "rgba", "format=gbrap,premultiply=inplace=1,"],
    ["a palette, which may be transparent", "pal8", "format=gbrap,premultiply=inplace=1,"],
    ["packed YUV", "yuyv422", ""],
    ["packed RGB", "bgr0", ""],
  ])("keeps the format of %s (%s)", (_title, pixelFormat, wanted) => {
    const hasAlpha = wanted.includes("premultiply");
    expect(chainOf({ video: { pixelFormat, hasAlpha } })).toBe(`${wanted}${fps},${end},${tags}`);
  });

  it("cuts, takes fields apart, keeps time, turns and converts, in this order", () => {
    const video: Partial<SourceVideo> = {
      picture: {
        ...aPicture(1920, 1080),
        crop: { left: 8, top: 4, width: 1904, height: 1072 },
        turn: ["hflip", "vflip"],
      },
      fieldOrder: "bff",
      fps: { num: 50, den: 1 },
      colour: { ...aSource().video.colour, filters: ["zscale=r=limited"] },
    };
    const timeline = { origin: 2, leaps: [] };
    expect(chainOf({ video, timeline })).toBe(
      [
        ...["format=yuv420p", "crop=1904:1072:8:4:exact=1"],
        ...["bwdif=mode=send_field:parity=bff:deint=all", onGrid("50/1", "(T-(2))")],
        ...["trim=end=9.995000", "hflip", "vflip", "zscale=r=limited", tags],
      ].join(","),
    );
  });

  it.each<[string, SourceChanges, string]>([
    [
      "sound that lasts longer",
      { video: { span: { start: 0, end: 4 } } },
      "tpad=stop_mode=clone:stop_duration=6.000,trim=end=9.991667",
    ],
    [
      "sound that lasts 0.2 s longer",
      { video: { span: { start: 0, end: 9.8 } } },
      "trim=end=9.791667",
    ],
    ["sound that ends before", { audio: { span: { start: 0, end: 3 } } }, end],
    ["no sound", { audio: "none" }, end],
    [
      "one picture without sound",
      { audio: "none", video: { span: { start: 0, end: 0 } } },
      "trim=end=0.016667",
    ],
  ])("ends where the source ends, with %s", (_title, changes, wanted) => {
    expect(chainOf(changes)).toBe(`format=yuv420p,${fps},${wanted},${tags}`);
  });

  it("leaves the end to ffmpeg where ffmpeg closes leaps of the clock", () => {
    expect(chainOf({ closesLeaps: true })).toBe(`format=yuv420p,${fps},${tags}`);
  });
});

describe("the options of the picture's stream", () => {
  const base = ["-noautorotate", "-apply_cropping", "codec"];
  it.each<[string, Partial<SourceVideo>, string[]]>([
    ["switch off what ffmpeg would do by itself", {}, [...base, "-reinit_filter:0", "0"]],
    [
      "name the stream that was chosen",
      { index: 3, colour: { ...aSource().video.colour, bitstreamFilter: "h264_metadata=x=2" } },
      [...base, "-reinit_filter:3", "0", "-bsf:3", "h264_metadata=x=2"],
    ],
  ])("%s", (_title, video, wanted) => {
    expect(videoInputArgs(aSource({ video }).video)).toEqual(wanted);
  });
});
