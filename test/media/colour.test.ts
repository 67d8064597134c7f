import { describe, expect, it } from "vitest";
import { colourOf, tagsFilter, type ColourTags } from "../../media/colour.ts";

type Stated = Parameters<typeof colourOf>[0];

const hd: Stated = { codec_name: "h264", pix_fmt: "yuv420p", width: 1920, height: 1080 };
const sd: Stated = { ...hd, width: 720, height: 576 };

/** A picture that states matrix, primaries and transfer, in this order. */
function tagged(of: Stated, tags: string, range = "tv"): Stated {
  const [color_space, color_primaries, color_transfer] = tags.split("/");
  return { ...of, color_space, color_primaries, color_transfer, color_range: range };
}

function tags(text: string): ColourTags {
  const [matrix = "", primaries = "", transfer = ""] = text.split("/");
  return { matrix, primaries, transfer };
}

const bt601 = "smpte170m/smpte170m/smpte170m";
const bt709 = "bt709/bt709/bt709";
const pq = "bt2020nc/bt2020/smpte2084";
const hlg = "bt2020nc/bt2020/arib-std-b67";

function toLimited(matrix: string): string[] {
  return [`scale=in_color_matrix=${matrix}:out_color_matrix=${matrix}:in_range=pc:out_range=tv`];
}

function toneMapped(input: string): string[] {
  return [
    `zscale=${input}`,
    ...[
      "format=gbrpf32le",
      "zscale=p=bt709",
      "tonemap=hable:desat=0",
      "zscale=t=bt709:m=bt709:r=limited",
    ],
  ];
}

const fromPq = toneMapped(
  "min=bt2020nc:pin=bt2020:tin=smpte2084:rin=limited:t=linear:m=bt2020nc:p=bt2020:r=limited:npl=100",
);
const fromHlg = toneMapped(
  "min=bt2020nc:pin=bt2020:tin=arib-std-b67:rin=limited:t=linear:m=bt2020nc:p=bt2020:r=limited:npl=100:agamma=false",
);
const fromRgb = ["scale=out_color_matrix=bt709:out_range=tv"];

interface Wanted {
  readonly filters: readonly string[];
  readonly output: string;
  readonly source: string;
  readonly assumed: boolean;
}

function kept(text: string, assumed = false): Wanted {
  return { filters: [], output: text, source: `${text}, limited range`, assumed };
}

function toBt709(filters: readonly string[], source: string, assumed = false): Wanted {
  return { filters, output: bt709, source, assumed };
}

describe("the colours of a source", () => {
  it.each<[string, Stated, Wanted]>([
    ["in BT.601", tagged(sd, bt601), kept(bt601)],
    [
      "in BT.601 of PAL",
      tagged(sd, "bt470bg/bt470bg/smpte170m"),
      kept("bt470bg/bt470bg/smpte170m"),
    ],
    ["in BT.709", tagged(hd, bt709), kept(bt709)],
    ["in BT.709 and small", tagged(sd, bt709), kept(bt709)],
    ["in BT.601 and large", tagged(hd, bt601), kept(bt601)],
    ["in sRGB's curve", tagged(hd, "bt709/bt709/iec61966-2-1"), kept("bt709/bt709/iec61966-2-1")],
    ["that says nothing, large", hd, kept(bt709, true)],
    ["that says nothing, small", sd, kept(bt601, true)],
    ["that says nothing, 1280 by 720", { ...hd, width: 1280, height: 720 }, kept(bt709, true)],
    ["that says nothing, upright", { ...hd, width: 576, height: 1024 }, kept(bt709, true)],
    ["that says nothing, 1024 by 576", { ...sd, width: 1024 }, kept(bt601, true)],
    ["that does not know", tagged(hd, "unknown/unknown/unknown"), kept(bt709, true)],
    ["with BT.709's matrix alone, small", { ...sd, color_space: "bt709" }, kept(bt709, true)],
    ["with BT.601's matrix alone, large", { ...hd, color_space: "smpte170m" }, kept(bt601, true)],
    ["with BT.709's primaries alone", { ...hd, color_primaries: "bt709" }, kept(bt709, true)],
    ["with reserved values", tagged(hd, "reserved/reserved/reserved"), kept(bt709, true)],
    ["with RGB's matrix on YUV", tagged(hd, "gbr/bt709/bt709"), kept(bt709, true)],
    [
      "in BT.601 and full range",
      tagged(sd, bt601, "pc"),
      {
        filters: toLimited("bt601"),
        output: bt601,
        source: `${bt601}, full range`,
        assumed: false,
      },
    ],
    [
      "in BT.601 of PAL and full range",
      tagged(sd, "bt470bg/bt470bg/smpte170m", "pc"),
      {
        filters: toLimited("bt601"),
        output: "bt470bg/bt470bg/smpte170m",
        source: "bt470bg/bt470bg/smpte170m, full range",
        assumed: false,
      },
    ],
    [
      "in BT.709 and full range",
      tagged(hd, bt709, "pc"),
      toBt709(toLimited("bt709"), `${bt709}, full range`),
    ],
    [
      "of a camera's JPEG pictures, which say nothing",
      { ...hd, codec_name: "mjpeg", pix_fmt: "yuvj420p" },
      toBt709(toLimited("bt709"), `${bt709}, full range`, true),
    ],
    [
      "in BT.2020 and standard range",
      tagged(hd, "bt2020nc/bt2020/bt709"),
      toBt709(
        ["zscale=min=bt2020nc:pin=bt2020:tin=bt709:rin=limited:m=bt709:p=bt709:t=bt709:r=limited"],
        "bt2020nc/bt2020/bt709, limited range",
      ),
    ],
    [
      "in BT.2020 with its own curve and full range",
      tagged(hd, "bt2020nc/bt2020/bt2020-10", "pc"),
      toBt709(
        ["zscale=min=bt2020nc:pin=bt2020:tin=bt2020-10:rin=full:m=bt709:p=bt709:t=bt709:r=limited"],
        "bt2020nc/bt2020/bt2020-10, full range",
      ),
    ],
    [
      "with BT.2020's matrix alone",
      { ...hd, color_space: "bt2020nc" },
      toBt709(
        ["zscale=min=bt2020nc:pin=bt2020:tin=bt709:rin=limited:m=bt709:p=bt709:t=bt709:r=limited"],
        "bt2020nc/bt2020/bt709, limited range",
        true,
      ),
    ],
    [
      "with BT.2020's primaries alone",
      { ...hd, color_primaries: "bt2020" },
      toBt709(
        ["zscale=min=bt2020nc:pin=bt2020:tin=bt709:rin=limited:m=bt709:p=bt709:t=bt709:r=limited"],
        "bt2020nc/bt2020/bt709, limited range",
        true,
      ),
    ],
    [
      "with PAL's matrix alone",
      { ...sd, color_space: "bt470bg" },
      kept("bt470bg/bt470bg/smpte170m", true),
    ],
    [
      "in PQ with PAL's primaries",
      tagged(hd, "bt2020nc/bt470bg/smpte2084"),
      toBt709(
        toneMapped(
          "min=bt2020nc:pin=bt470bg:tin=smpte2084:rin=limited:t=linear:m=bt2020nc:p=bt470bg:r=limited:npl=100",
        ),
        "bt2020nc/bt470bg/smpte2084, limited range",
      ),
    ],
    [
      "in BT.2020's matrix with the curve of BT.601",
      tagged(hd, "bt2020nc/smpte170m/smpte170m"),
      toBt709(
        [
          "zscale=min=bt2020nc:pin=smpte170m:tin=smpte170m:rin=limited:m=bt709:p=bt709:t=bt709:r=limited",
        ],
        "bt2020nc/smpte170m/smpte170m, limited range",
      ),
    ],
    [
      "in the old matrix of HD",
      tagged(hd, "smpte240m/smpte240m/smpte240m"),
      toBt709(
        [
          "zscale=min=smpte240m:pin=smpte240m:tin=smpte240m:rin=limited:m=bt709:p=bt709:t=bt709:r=limited",
        ],
        "smpte240m/smpte240m/smpte240m, limited range",
      ),
    ],
    ["in PQ", tagged(hd, pq), toBt709(fromPq, `${pq}, limited range`)],
    ["in HLG", tagged(hd, hlg), toBt709(fromHlg, `${hlg}, limited range`)],
    [
      "with PQ's curve alone",
      { ...hd, color_transfer: "smpte2084" },
      toBt709(fromPq, `${pq}, limited range`, true),
    ],
    [
      "with HLG's curve alone, small",
      { ...sd, color_transfer: "arib-std-b67" },
      toBt709(fromHlg, `${hlg}, limited range`, true),
    ],
    [
      "in PQ with reserved primaries",
      tagged(hd, "bt2020nc/reserved/smpte2084"),
      toBt709(fromPq, `${pq}, limited range`, true),
    ],
    [
      "in PQ with constant luminance, which cannot be",
      tagged(hd, "bt2020c/bt2020/smpte2084"),
      toBt709(fromPq, `${pq}, limited range`, true),
    ],
    [
      "in BT.2020 with constant luminance",
      tagged(hd, "bt2020c/bt2020/bt2020-10"),
      toBt709(
        [
          "zscale=min=bt2020c:pin=bt2020:tin=bt2020-10:rin=limited:m=bt709:p=bt709:t=bt709:r=limited",
        ],
        "bt2020c/bt2020/bt2020-10, limited range",
      ),
    ],
    [
      "of a screen in RGB",
      { ...tagged(hd, "gbr/bt709/iec61966-2-1", "pc"), pix_fmt: "gbrp" },
      toBt709(fromRgb, "RGB"),
    ],
    [
      "of a small screen in RGB, which says nothing",
      { ...sd, codec_name: "rawvideo", pix_fmt: "bgr0" },
      toBt709(fromRgb, "RGB"),
    ],
    ["of a palette", { ...sd, codec_name: "gif", pix_fmt: "pal8" }, toBt709(fromRgb, "RGB")],
  ])("%s", (_title, stated, wanted) => {
    const { filters, output, source, assumed } = colourOf(stated);
    expect({ filters, output, source, assumed }).toEqual({
      ...wanted,
      output: tags(wanted.output),
    });
  });
});

describe("the source's numbers as the scale filter reads them", () => {
  it.each<[string, Stated, string | undefined]>([
    ["BT.709", tagged(hd, bt709), "in_color_matrix=bt709:in_range=tv"],
    ["BT.601 in full range", tagged(sd, bt601, "pc"), "in_color_matrix=bt601:in_range=pc"],
    ["PAL", tagged(sd, "bt470bg/bt470bg/smpte170m"), "in_color_matrix=bt601:in_range=tv"],
    ["nothing stated", hd, "in_color_matrix=bt709:in_range=tv"],
    ["RGB", { ...hd, pix_fmt: "gbrp" }, "flags=bicubic"],
    ["BT.2020, which needs more", tagged(hd, "bt2020nc/bt2020/bt2020-10"), undefined],
    ["PQ, which needs more", tagged(hd, pq), undefined],
  ])("for %s", (_title, stated, wanted) => {
    expect(colourOf(stated).reading).toBe(wanted);
  });
});

describe("the bitstream filter", () => {
  const three = "colour_primaries=2:transfer_characteristics=2:matrix_coefficients=2";
  const reserved = tagged(hd, "bt709/reserved/bt709");
  it.each<[string, Stated, string | undefined]>([
    ["H.264 with reserved values", reserved, `h264_metadata=${three}`],
    ["HEVC with reserved values", { ...reserved, codec_name: "hevc" }, `hevc_metadata=${three}`],
    [
      "AV1 with reserved values",
      { ...reserved, codec_name: "av1" },
      "av1_metadata=color_primaries=2:transfer_characteristics=2:matrix_coefficients=2",
    ],
    [
      "MPEG-2 with reserved values",
      { ...reserved, codec_name: "mpeg2video" },
      `mpeg2_metadata=${three}`,
    ],
    ["H.264 with RGB's matrix on YUV", tagged(hd, "gbr/bt709/bt709"), `h264_metadata=${three}`],
    ["H.264 in RGB", { ...tagged(hd, "gbr/bt709/bt709"), pix_fmt: "gbrp" }, undefined],
    ["H.264 in BT.709", tagged(hd, bt709), undefined],
    ["H.264 that says nothing", hd, undefined],
    [
      "ProRes with reserved values, which has none",
      { ...reserved, codec_name: "prores" },
      undefined,
    ],
  ])("of %s is %s", (_title, stated, wanted) => {
    expect(colourOf(stated).bitstreamFilter).toBe(wanted);
  });
});

describe("the tags of a result", () => {
  it("are written with limited range", () => {
    expect(tagsFilter(tags("bt470bg/bt470bg/smpte170m"))).toBe(
      "setparams=range=tv:colorspace=bt470bg:color_primaries=bt470bg:color_trc=smpte170m",
    );
  });
});
