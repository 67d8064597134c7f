import { base, height, remuxed, width, variant, type Base } from "../bases.ts";
import { replacedBits, withParameterSets } from "../bytes/bits.ts";
import { hex, overwritten } from "../bytes/fields.ts";
import { hostiles, type Hostile, type MakeBytes } from "../hostile.ts";

const h264Sets = {
  isWanted: (first: number) => (first & 0x1f) === 7,
  from: [width / 16 - 1, Math.ceil(height / 16) - 1],
};

/** A harmless beginning, and the same stream with a size that its pictures do not have. */
function grown(w: number, h: number): MakeBytes {
  return async () => {
    const bytes = await base("h264");
    const to = [Math.ceil(w / 16) - 1, Math.ceil(h / 16) - 1];
    return Buffer.concat([bytes, withParameterSets(bytes, { ...h264Sets, to }), bytes]);
  };
}

function inside(make: MakeBytes, from: string, to: string): MakeBytes {
  return async (canary) => remuxed(await make(canary), from, to);
}

const sizesInTheMiddle: Record<string, MakeBytes> = Object.fromEntries(
  (
    [
      [16000, 16000],
      [16384, 8640],
      [7680, 4320],
      [16, 16],
      [4096, 16],
    ] as const
  ).flatMap(([w, h]) => {
    const words = `becomes ${w} by ${h}`;
    return [
      [`H.264 that ${words}`, grown(w, h)],
      [`H.264 in a transport stream that ${words}`, inside(grown(w, h), "h264", "ts")],
      [`H.264 in Matroska that ${words}`, inside(grown(w, h), "h264", "mkv")],
      [
        `VP8 that ${words}`,
        async () => {
          const bytes = await base("ivf");
          const size = ([x, y]: readonly [number, number]) =>
            [
              [0x9d012a, 24],
              [(x & 0xff) * 256 + (x >> 8), 16],
              [(y & 0xff) * 256 + (y >> 8), 16],
            ] as const;
          const half = Math.floor(bytes.length / 2);
          const changed = replacedBits(bytes, size([width, height]), size([w, h]));
          return Buffer.concat([bytes.subarray(0, half), changed.subarray(half)]);
        },
      ],
      [
        `JPEG that ${words}`,
        async () => {
          const bytes = await base("mjpeg");
          const changed = replacedBits(
            bytes,
            [
              [height, 16],
              [width, 16],
              [3, 8],
            ],
            [
              [h, 16],
              [w, 16],
              [3, 8],
            ],
          );
          return Buffer.concat([bytes, changed, bytes]);
        },
      ],
    ] as const;
  }),
);

/** Files behind each other, as recorders that restart write them. */
function joined(...names: readonly Base[]): MakeBytes {
  return async () => Buffer.concat(await Promise.all(names.map(base)));
}

const streamsInTheMiddle: Record<string, MakeBytes> = {
  "transport stream that becomes MPEG-2": joined("ts", "mpeg2ts", "ts"),
  "transport stream that becomes H.264": joined("mpeg2ts", "ts", "mpeg2ts"),
  "transport stream that becomes MP4": joined("ts", "mp4"),
  "H.264 that becomes HEVC": joined("h264", "h265", "h264"),
  "MPEG-2 that becomes MPEG-4": joined("m2v", "m4v"),
  "AAC that becomes MP3": joined("adts", "mp3", "adts"),
  "MP3 that becomes AC-3": joined("mp3", "ac3", "mp3"),
  "Ogg that becomes other Ogg": joined("opus", "theora", "opus"),
  "Ogg of three chapters": joined("theora", "theora", "theora"),
  "Matroska that becomes WebM": joined("mkv", "webm"),
  "MP4 that becomes MP4": joined("mp4", "faststart"),
  "FLV that becomes FLV": joined("flv", "flv1"),
  "AVI that becomes AVI": joined("avi", "avi"),
  "GIF that becomes GIF": joined("gif", "gif"),
  "WAVE that becomes FLAC": joined("wav", "flac"),
};

/** What the second of three parts of a transport stream is like. */
const parts: Readonly<Record<string, string>> = {
  "4:4:4": "-c:v libx264 -preset ultrafast -pix_fmt yuv444p -c:a aac",
  "10 bits": "-c:v libx264 -preset ultrafast -pix_fmt yuv420p10le -c:a aac",
  "another size": "-s 1280x720 -c:v libx264 -preset ultrafast -pix_fmt yuv420p -c:a aac",
  "an odd shape": "-s 16x1080 -c:v libx264 -preset ultrafast -pix_fmt yuv420p -c:a aac",
  "8 kHz": "-c:v libx264 -preset ultrafast -pix_fmt yuv420p -c:a aac -ar 8000",
  "96 kHz": "-c:v libx264 -preset ultrafast -pix_fmt yuv420p -c:a aac -ar 96000",
  "5.1": "-c:v libx264 -preset ultrafast -pix_fmt yuv420p -c:a aac -ac 6",
  "7.1": "-c:v libx264 -preset ultrafast -pix_fmt yuv420p -c:a aac -ac 8",
  "AC-3": "-c:v libx264 -preset ultrafast -pix_fmt yuv420p -c:a ac3",
  "no sound": "-c:v libx264 -preset ultrafast -pix_fmt yuv420p -an",
  "no pictures": "-vn -c:a aac",
  "interlaced pictures": "-c:v mpeg2video -flags +ilme+ildct -c:a mp2",
  "a rate of 1 picture a second": "-r 1 -c:v libx264 -preset ultrafast -pix_fmt yuv420p -c:a aac",
  "a rate of 240 pictures a second":
    "-r 240 -c:v libx264 -preset ultrafast -pix_fmt yuv420p -c:a aac",
};

const formatsInTheMiddle: Record<string, MakeBytes> = Object.fromEntries(
  Object.entries(parts).map(([words, args], index) => [
    `transport stream with ${words} in the middle`,
    async () => {
      const whole = await base("ts");
      return Buffer.concat([whole, await variant(`part-${index}.ts`, args), whole]);
    },
  ]),
);

const channels: Record<string, MakeBytes> = Object.fromEntries(
  [16, 32, 64, 127].map((count) => [
    `Matroska that states ${count} channels`,
    async () =>
      overwritten(
        await variant("pcm.mkv", "-vn -c:a pcm_s16le"),
        hex("9f81"),
        0,
        Buffer.from([count]),
      ),
  ]),
);

/** Streams that are something else in the middle. */
export const switches: readonly Hostile[] = hostiles("switch", {
  ...sizesInTheMiddle,
  ...streamsInTheMiddle,
  ...formatsInTheMiddle,
  ...channels,
});
