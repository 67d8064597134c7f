import type { Case, Theme } from "../case.ts";
import { paff } from "../bytes/paff.ts";
import { copied, encoded, muxed, patched } from "../make.ts";
import { aac, filmOf, lavfi, on, pictures, sounds } from "../media.ts";

/** Each field is a moment of its own, in the codec's format, so that no later conversion mixes fields. */
function tape(size: string, rate: number | string, order: string, format = "yuv420p"): string {
  return `testsrc2=s=${size}:r=${rate}:d=4,drawbox=c=white:t=fill:${on},format=${format},interlace=scan=${order}:lowpass=off`;
}

interface Taped {
  readonly graph?: string;
  readonly codec: string;
  readonly extension: string;
  readonly fps: readonly [number, number];
}

function interlaced(
  name: string,
  property: string,
  { graph = tape("720x576", 50, "tff"), codec, extension, fps }: Taped,
): Case {
  return {
    name,
    property,
    make: encoded(extension, `${lavfi(graph)} ${sounds(4, { channels: 2 })} ${codec}`),
    expect: { seconds: 4, marks: [1, 3], audio: true, fps, progressive: true },
  };
}

/** Half of the frames as two field pictures, each in a packet of its own. */
const fieldPictures = patched(
  encoded("yuv", `${lavfi(tape("320x192", 50, "tff"))} -f rawvideo`),
  "h264",
  (bytes) => paff(bytes, { width: 320, height: 192 }),
);

const pal = [25, 50] as const;
const ntsc = [29.97, 59.94] as const;
const x264Fields = "-c:v libx264 -preset ultrafast -pix_fmt yuv420p";

export const fields: Theme = {
  title: "Interlaced pictures",
  about:
    "Fields become pictures of their own. What decides is what the pictures show; what the file says counts only where nothing moves.",
  cases: [
    interlaced("mpeg2-25i.ts", "MPEG-2 of 25 pictures in fields, stated", {
      codec: `-c:v mpeg2video -q:v 4 -flags +ildct+ilme -field_order tt -c:a mp2`,
      extension: "ts",
      fps: pal,
    }),
    interlaced("mpeg2-29.97i.mpg", "MPEG-2 of 29.97 pictures in fields, stated", {
      graph: tape("720x480", "60000/1001", "tff"),
      codec: `-c:v mpeg2video -q:v 4 -flags +ildct+ilme -field_order tt -c:a mp2`,
      extension: "mpg",
      fps: ntsc,
    }),
    interlaced("mpeg2-unstated.mkv", "MPEG-2 in fields that says nothing of them", {
      codec: "-c:v mpeg2video -q:v 3 -c:a mp2",
      extension: "mkv",
      fps: pal,
    }),
    interlaced("h264-25i.mp4", "H.264 in fields (MBAFF), stated", {
      codec: `${x264Fields} -flags +ildct+ilme -x264-params tff=1 ${aac}`,
      extension: "mp4",
      fps: pal,
    }),
    {
      name: "h264-paff.ts",
      property: "H.264 in turns of fields and frames (PAFF), as camcorders and broadcasters write",
      make: muxed(
        [
          copied(fieldPictures, "ts", { input: "-framerate 25" }),
          encoded("mp2", sounds(4, { channels: 2 })),
        ],
        "ts",
        "-c copy",
      ),
      expect: { seconds: 4, marks: [1, 3], audio: true, fps: pal, progressive: true },
    },
    interlaced("h264-unstated.mp4", "H.264 in fields that says nothing of them", {
      codec: `${x264Fields} -crf 12 ${aac}`,
      extension: "mp4",
      fps: pal,
    }),
    {
      ...interlaced("tape.avi", "DV in AVI, as capture programs keep tapes", {
        graph: `${tape("720x576", 50, "bff")},setsar=64/45`,
        codec: "-c:v dvvideo -flags +ildct+ilme -pix_fmt yuv420p -c:a pcm_s16le -ar 48000",
        extension: "avi",
        fps: pal,
      }),
      quick: true,
    },
    interlaced("tape-ntsc.mov", "DV of NTSC in QuickTime", {
      graph: `${tape("720x480", "60000/1001", "bff", "yuv411p")},setsar=8/9`,
      codec: "-c:v dvvideo -flags +ildct+ilme -pix_fmt yuv411p -c:a pcm_s16le -ar 48000",
      extension: "mov",
      fps: ntsc,
    }),
    {
      name: "marked-interlaced.ts",
      property: "Whole pictures that are marked as fields, as some cameras do",
      make: encoded(
        "ts",
        `${pictures(4, "640x360")} ${sounds(4)} -c:v mpeg2video -q:v 4 -flags +ildct+ilme -field_order tt -c:a mp2`,
      ),
      expect: filmOf(4),
    },
  ],
};
