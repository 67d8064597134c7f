import type { Case, Theme } from "../case.ts";
import { bytesOf, copied, encoded, patched } from "../make.ts";
import { clapBox, dolbyVisionBox, withPictureBox } from "../bytes/mp4.ts";
import { withCrop } from "../bytes/matroska.ts";
import {
  aac,
  film,
  filmOf,
  flashing,
  h264Aac,
  lavfi,
  on,
  pictures,
  sounds,
  x264,
} from "../media.ts";
import { cornersAre, filmSeconds as seconds, quarters, row } from "./shared.ts";

const upright = encoded("mp4", `${lavfi(quarters("320x180", 2))} ${x264} -crf 5`);

type Corners = Parameters<typeof cornersAre>;

/** The display matrix turns and mirrors; ffmpeg's options turn against the clock. */
function turned(name: string, property: string, input: string, corners: Corners): Case {
  const lies = /90|270/.test(input);
  return {
    name,
    property,
    make: copied(upright, "mp4", { input }),
    expect: {
      seconds: 2,
      audio: false,
      still: true,
      aspect: lies ? [9, 16] : [16, 9],
      colours: cornersAre(...corners),
    },
  };
}

function size(text: string, aspect: readonly [number, number], property: string): Case {
  const picture = pictures(seconds, text);
  return row(
    `size-${text}.mp4`,
    property,
    `${picture} ${sounds(seconds)} ${x264} -pix_fmt yuv444p ${aac}`,
    {
      aspect,
    },
  );
}

function rate(fps: string, property: string, range: readonly [number, number]): Case {
  const args = `${pictures(seconds, "320x180", fps)} ${sounds(seconds)} ${h264Aac}`;
  return row(`rate-${fps.replace("/", "-")}.mp4`, property, args, { fps: range });
}

function pixels(format: string, property: string, codec = "libx264 -preset ultrafast"): Case {
  return row(
    `pixels-${format}.mkv`,
    property,
    `${pictures(seconds)} ${sounds(seconds)} -c:v ${codec} -pix_fmt ${format} ${aac}`,
  );
}

/** Red square in a picture that is shown cropped. */
const square = `color=c=gray:s=640x268:r=24:d=4,drawbox=x=270:y=84:w=100:h=100:c=red:t=fill,drawbox=c=white:t=fill:${on}`;
const tagged = "setparams=colorspace=bt709:color_primaries=bt709:color_trc=bt709:range=tv";
const letterbox = `${square},pad=640:360:0:46,${tagged}`;
/** The codec says nothing of the shape of pixels, the container does. */
const vp8 = `${lavfi(`${letterbox},setsar=2`)} ${sounds(seconds)} -c:v libvpx -deadline realtime -cpu-used 8 -b:v 2M ${aac}`;
const cropped = { aspect: [640, 268], fps: [24, 24], square: [0.5], still: true } as const;

function dolby(profile: number, compatibility: number) {
  const hevc =
    "-c:v libx265 -preset ultrafast -x265-params log-level=none -pix_fmt yuv420p10le -tag:v hvc1";
  const tags = "setparams=colorspace=bt2020nc:color_primaries=bt2020:color_trc=smpte2084:range=tv";
  const picture = lavfi(`${flashing("320x180", 25, seconds)},${tags}`);
  const plain = encoded("mp4", `${picture} ${sounds(seconds)} ${hevc} ${aac}`);
  return patched(plain, "mp4", (bytes) =>
    withPictureBox(bytes, dolbyVisionBox(profile, compatibility)),
  );
}

/** Two halves, the second one four seconds later. */
function halves(first: string, second: string, codecs = h264Aac) {
  const half = (graph: string, offset: number) =>
    encoded("ts", `${lavfi(graph)} ${sounds(4)} ${codecs} -output_ts_offset ${offset} -muxdelay 0`);
  return bytesOf([half(first, 0), half(second, 4)], "ts");
}

function televised(width: number, pixel: string): string {
  const box = `drawbox=x=200:y=150:w=${width}:h=240:c=red:t=fill`;
  return `color=c=gray:s=720x576:r=25:d=4,${box},drawbox=c=white:t=fill:${on},setsar=${pixel}`;
}

const mpeg2 = "-c:v mpeg2video -q:v 4 -g 12 -c:a mp2 -ac 2";

export const turns: Theme = {
  title: "Turned and cropped pictures",
  about:
    "The result is upright and has square pixels: rotation, mirroring, cropping and pixel shapes of the container are applied to the pictures.",
  cases: [
    {
      ...turned("rotate-90.mp4", "Turned by 90° as phones do", "-display_rotation 90", [
        "green",
        "yellow",
        "red",
        "blue",
      ]),
      quick: true,
    },
    turned("rotate-180.mp4", "Turned by 180°", "-display_rotation 180", [
      "yellow",
      "blue",
      "green",
      "red",
    ]),
    turned("rotate-270.mp4", "Turned by 270°", "-display_rotation 270", [
      "blue",
      "red",
      "yellow",
      "green",
    ]),
    turned("mirrored.mp4", "Mirrored, as front cameras do", "-display_rotation 0 -display_hflip", [
      "green",
      "red",
      "yellow",
      "blue",
    ]),
    turned("upside-down.mp4", "Mirrored upside down", "-display_rotation 0 -display_vflip", [
      "blue",
      "yellow",
      "red",
      "green",
    ]),
    turned(
      "rotate-90-mirrored.mp4",
      "Turned by 90° and mirrored",
      "-display_rotation 90 -display_hflip",
      ["yellow", "green", "blue", "red"],
    ),
    {
      name: "container-crop.mkv",
      property: "Matroska that cuts off black bars (PixelCrop)",
      quick: true,
      make: patched(encoded("mkv", `${vp8} -write_crc32 0`), "mkv", (bytes) =>
        withCrop(bytes, 46, [640, 268]),
      ),
      expect: { ...filmOf(seconds), ...cropped },
    },
    {
      name: "clean-aperture.mp4",
      property: "MP4 that cuts off black bars (clap)",
      make: patched(
        encoded("mp4", `${lavfi(letterbox)} ${sounds(seconds)} ${x264} -crf 10 ${aac}`),
        "mp4",
        (bytes) => withPictureBox(bytes, clapBox(640, 268)),
      ),
      expect: { ...filmOf(seconds), ...cropped },
    },
    row(
      "anamorphic.mp4",
      "Pixels that are not square (PAL, 16:9)",
      `${lavfi(televised(168, "64/45"))} ${sounds(seconds)} ${x264} -crf 10 ${aac}`,
      { still: true, square: [0.5] },
    ),
    {
      name: "aspect-switch.ts",
      property: "Pixels that change their shape in the middle (television, 4:3 then 16:9)",
      make: halves(televised(225, "16/15"), televised(168, "64/45"), mpeg2),
      expect: {
        seconds: 8,
        marks: [1, 3, 5, 7],
        fps: [25, 25],
        audio: true,
        still: true,
        square: [0.5, 4.5],
      },
    },
    {
      name: "size-change.ts",
      property: "Pictures that change their size in the middle",
      quick: true,
      make: halves(flashing("320x180", 25, 4), flashing("640x360", 25, 4)),
      expect: filmOf(8),
    },
    {
      name: "size-and-pixel-change.ts",
      property: "Pictures that change both size and pixel shape in the middle",
      make: halves(
        `${flashing("480x576", 25, 4)},setsar=8/5`,
        `${flashing("720x576", 25, 4)},setsar=64/45`,
        mpeg2,
      ),
      expect: { ...filmOf(8), aspect: [4, 3] },
    },
  ],
};

export const sizes: Theme = {
  title: "Sizes, rates and formats of pictures",
  about:
    "Pictures of 16 by 16 to 7680 by 4352 pixels (or as many pixels in another shape) and any rate are accepted. Rates up to 60 stay; higher ones are divided. What is transparent becomes black.",
  cases: [
    size("16x16", [1, 1], "The smallest picture"),
    size("18x3000", [18, 3000], "A very tall picture"),
    size("321x181", [321, 181], "Odd width and height"),
    size("180x320", [9, 16], "Upright"),
    {
      ...size("8192x1024", [8, 1], "As wide as 8192 pixels"),
      make: encoded("mp4", `${pictures(seconds, "8192x1024", 5)} ${sounds(seconds)} ${h264Aac}`),
      expect: { ...filmOf(seconds), aspect: [8, 1], fps: [5, 5] },
    },
    rate("1", "One picture per second", [1, 25]),
    rate("5", "5 pictures per second", [5, 5]),
    rate("24000/1001", "23.976 pictures per second", [23.976, 23.976]),
    rate("30000/1001", "29.97 pictures per second", [29.97, 29.97]),
    rate("50", "50 pictures per second", [50, 50]),
    {
      ...rate("120", "120 pictures per second, of which every second one stays", [60, 60]),
      quick: true,
    },
    rate("240", "240 pictures per second, of which every fourth one stays", [60, 60]),
    pixels("yuv422p", "H.264 4:2:2"),
    pixels("yuv444p", "H.264 4:4:4"),
    pixels("yuv420p10le", "H.264 of 10 bits"),
    pixels("yuv422p10le", "H.264 4:2:2 of 10 bits, as cameras record"),
    pixels(
      "yuv420p12le",
      "HEVC of 12 bits",
      "libx265 -preset ultrafast -x265-params log-level=none",
    ),
    pixels("gray", "H.264 without colours"),
    pixels("bgr0", "FFV1 in RGB", "ffv1"),
    row(
      "alpha.mov",
      "Transparent pictures (ProRes 4444)",
      `${lavfi(`${flashing("320x180", 25, seconds)},format=yuva444p10le,colorchannelmixer=aa=0.9`)} ${sounds(seconds)} -c:v prores_ks -profile:v 4444 -pix_fmt yuva444p10le -c:a pcm_s16le`,
    ),
    row(
      "alpha.webm",
      "Transparent pictures (VP9)",
      `${lavfi(`${flashing("320x180", 25, seconds)},format=yuva420p`)} ${sounds(seconds)} -c:v libvpx-vp9 -deadline realtime -cpu-used 8 -c:a libopus`,
    ),
    row(
      "palette.mov",
      "Pictures with a palette (QuickTime Animation)",
      `${pictures(seconds)} ${sounds(seconds)} -c:v qtrle -pix_fmt rgb24 -c:a pcm_s16le`,
    ),
    row(
      "open-gop.mkv",
      "Open groups of pictures with B-frames",
      `${pictures(seconds)} ${sounds(seconds)} -c:v libx264 -preset veryfast -pix_fmt yuv420p -g 25 -bf 3 -x264-params open-gop=1 ${aac}`,
    ),
    {
      name: "dolby-vision-8.mp4",
      property: "Dolby Vision profile 8.1, whose base layer is HDR10",
      make: dolby(8, 1),
      expect: { ...filmOf(seconds) },
    },
    {
      name: "dolby-vision-5.mp4",
      property: "Dolby Vision profile 5, which has no base layer of usual colours",
      quick: true,
      make: dolby(5, 0),
      expect: { refused: "video-codec-unsupported", message: /Dolby Vision profile 5/ },
    },
    {
      name: "too-small.mkv",
      property: "Smaller than 16 by 16 pixels",
      make: encoded("mkv", `${pictures(1, "8x8")} -c:v ffv1`),
      expect: { refused: "picture-too-small", message: /It is 8 by 8 pixels/ },
    },
    {
      name: "too-large.mkv",
      property: "More pixels than 8K",
      make: encoded("mkv", `${lavfi("color=s=8192x8192:r=1:d=1")} -c:v mjpeg -pix_fmt yuvj420p`),
      expect: { refused: "picture-too-large", message: /It is 8192 by 8192 pixels/ },
    },
    {
      name: "usual.mp4",
      property: "H.264 that nothing is special about",
      make: encoded("mp4", film()),
      expect: filmOf(seconds),
    },
  ],
};
