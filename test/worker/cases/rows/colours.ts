import type { Accepted, Case, Theme } from "../case.ts";
import { hdrBars, type Curve } from "../hdr.ts";
import { encoded, copied } from "../make.ts";
import { film, filmOf, lavfi } from "../media.ts";
import { barPatches, bars } from "./shared.ts";

const flat: Accepted = {
  seconds: 2,
  audio: false,
  still: true,
  aspect: [16, 9],
  colours: barPatches,
};
const exact = "-c:v libx264 -preset ultrafast -crf 4";

interface Shade {
  readonly matrix: string;
  readonly range?: "tv" | "pc";
  readonly tags?: string;
  readonly height?: number;
  readonly format?: string;
  readonly codec?: string;
}

const untagged = tagsOf("unknown", "unknown", "unknown", "unknown");

/** Bars that are converted with one matrix and range, and described by `tags`. */
function shaded(name: string, property: string, shade: Shade): Case {
  const { matrix, range = "tv", tags = untagged, height = 270, codec = exact } = shade;
  const { format = "yuv420p" } = shade;
  const scale = `scale=out_color_matrix=${matrix}:out_range=${range}:flags=accurate_rnd+full_chroma_int`;
  const graph = `-filter_complex ${bars(height, 2)},${scale},format=${format},${tags}[v]`;
  const args = `${graph} -map [v] ${codec} -pix_fmt ${format}`;
  return { name, property, make: encoded(name.split(".").at(-1) ?? "", args), expect: flat };
}

/** A filter: what an encoder writes of colours is what it finds in the pictures. */
function tagsOf(matrix: string, primaries: string, transfer: string, range = "tv"): string {
  return `setparams=colorspace=${matrix}:color_primaries=${primaries}:color_trc=${transfer}:range=${range}`;
}

const bt709 = tagsOf("bt709", "bt709", "bt709");

/** Bars of known light, as `curve` codes them. */
function hdr(name: string, property: string, curve: Curve, tags: string): Case {
  const { input, colours } = hdrBars(curve);
  return {
    name,
    property,
    make: encoded("mkv", `${input} -vf ${tags} ${exact} -pix_fmt yuv420p10le`),
    expect: { ...flat, colours },
  };
}

export const colours: Theme = {
  title: "Colours",
  about:
    "Results are tagged BT.709, or BT.601 where the source is. What is not tagged is taken as BT.709 from 577 lines or 1025 columns on, and as BT.601 below. HDR (PQ and HLG) is mapped to BT.709 with the curve of John Hable: light of 1000 cd/m² becomes white, 203 cd/m² (the white of text) 193 of 255.",
  cases: [
    shaded("bt601.mp4", "BT.601, tagged", {
      matrix: "bt601",
      tags: tagsOf("smpte170m", "smpte170m", "smpte170m"),
    }),
    shaded("bt601-pal.mp4", "BT.601 of PAL, tagged", {
      matrix: "bt601",
      tags: tagsOf("bt470bg", "bt470bg", "bt470bg"),
    }),
    shaded("bt601-untagged.mp4", "BT.601 of standard definition, not tagged", { matrix: "bt601" }),
    { ...shaded("bt709.mp4", "BT.709, tagged", { matrix: "bt709", tags: bt709 }), quick: true },
    shaded("bt709-untagged.mp4", "BT.709 of high definition, not tagged", {
      matrix: "bt709",
      height: 720,
    }),
    shaded("bt709-half.mp4", "BT.709 of which only the matrix is tagged", {
      matrix: "bt709",
      tags: tagsOf("bt709", "unknown", "unknown", "unknown"),
    }),
    shaded("full-range.mp4", "Full range, tagged", {
      matrix: "bt709",
      range: "pc",
      tags: tagsOf("bt709", "bt709", "bt709", "pc"),
    }),
    shaded("full-range-601.mp4", "Full range of BT.601, as phones and JPEG have", {
      matrix: "bt601",
      range: "pc",
      tags: tagsOf("smpte170m", "bt470bg", "smpte170m", "pc"),
    }),
    shaded("full-range-yuvj.avi", "Full range of Motion JPEG", {
      matrix: "bt601",
      range: "pc",
      format: "yuvj420p",
      codec: "-c:v mjpeg -q:v 1",
    }),
    {
      name: "rgb-screen.mkv",
      property: "RGB, as screen recorders keep it",
      quick: true,
      make: encoded(
        "mkv",
        `-filter_complex ${bars(720, 2)}[v] -map [v] -c:v libx264rgb -preset ultrafast -crf 4 -pix_fmt rgb24`,
      ),
      expect: flat,
    },
    {
      name: "rgb.gif-like.mov",
      property: "RGB in QuickTime (PNG)",
      make: encoded("mov", `-filter_complex ${bars(270, 2)},format=rgb24[v] -map [v] -c:v png`),
      expect: flat,
    },
    {
      name: "reserved-colour.mp4",
      property: "Reserved values in the description of colours, as some phones write",
      quick: true,
      make: copied(encoded("mp4", film()), "mp4", {
        output:
          "-bsf:v h264_metadata=colour_primaries=3:transfer_characteristics=3:matrix_coefficients=3",
      }),
      expect: filmOf(),
    },
    {
      name: "rgb-matrix.mp4",
      property: "The matrix of RGB on pictures that are not RGB",
      make: copied(
        encoded(
          "mp4",
          `-filter_complex ${bars(720, 2)},scale=out_color_matrix=bt709:out_range=tv,format=yuv420p[v] -map [v] ${exact} -pix_fmt yuv420p`,
        ),
        "mp4",
        {
          output:
            "-bsf:v h264_metadata=colour_primaries=1:transfer_characteristics=1:matrix_coefficients=0",
        },
      ),
      expect: flat,
    },
    {
      name: "bt2020.mkv",
      property: "BT.2020 without HDR",
      make: encoded(
        "mkv",
        `-filter_complex ${bars(270, 2)},zscale=min=gbr:pin=bt709:tin=bt709:rin=full:m=2020_ncl:p=2020:t=bt2020-10:r=limited,format=yuv420p10le,${tagsOf("bt2020nc", "bt2020", "bt2020-10")}[v] -map [v] ${exact} -pix_fmt yuv420p10le`,
      ),
      // Half a step of ten bits is this much in a part of no light beside a full colour.
      expect: { ...flat, colourTolerance: 7 },
    },
    hdr("pq.mkv", "HDR10 (PQ)", "pq", tagsOf("bt2020nc", "bt2020", "smpte2084")),
    hdr("hlg.mkv", "HLG", "hlg", tagsOf("bt2020nc", "bt2020", "arib-std-b67")),
    hdr(
      "pq-half.mkv",
      "PQ of which only the transfer is tagged",
      "pq",
      tagsOf("unknown", "unknown", "smpte2084", "unknown"),
    ),
    {
      name: "transparent-is-black.mov",
      property: "A transparent picture, which becomes black",
      make: encoded(
        "mov",
        `${lavfi("color=c=white:s=320x180:r=25:d=2,format=rgba,colorchannelmixer=aa=0")} -c:v png`,
      ),
      expect: { ...flat, colours: [[0.5, 0.5, 0, 0, 0]] },
    },
  ],
};
