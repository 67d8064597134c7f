import { base, height, remuxed, width, type Base } from "../bases.ts";
import { replacedBits, withParameterSets, type Field } from "../bytes/bits.ts";
import { le16, le32, overwritten, u16, u32 } from "../bytes/fields.ts";
import { avi, chunk, pictureFormat, stream } from "../bytes/riff.ts";
import { hostiles, type Hostile, type MakeBytes } from "../hostile.ts";

/** What the picture's header states instead of 160 by 90. */
const shapes = {
  "the largest size": "largest",
  "more than 8K": "beyond",
  "a size of nothing": "nothing",
} as const;
type Shape = (typeof shapes)[keyof typeof shapes];

type Size = readonly [width: number, height: number];

interface Header {
  readonly of: Base;
  /** How the codec writes a size. */
  readonly fields: (size: Size) => readonly Field[];
  readonly largest: Size;
}

/** Places of a size in headers, by the fields that stand around it. */
const headers: Readonly<Record<string, Header>> = {
  "MPEG-2": {
    of: "m2v",
    fields: ([w, h]) => [
      [0x1b3, 32],
      [w, 12],
      [h, 12],
    ],
    largest: [4095, 4095],
  },
  "MPEG-2 in a transport stream": {
    of: "mpeg2ts",
    fields: ([w, h]) => [
      [0x1b3, 32],
      [w, 12],
      [h, 12],
    ],
    largest: [4095, 4095],
  },
  "MPEG-4": {
    of: "m4v",
    fields: ([w, h]) => [
      [1, 1],
      [w, 13],
      [1, 1],
      [h, 13],
      [1, 1],
    ],
    largest: [8191, 8191],
  },
  VP8: {
    of: "ivf",
    fields: ([w, h]) => [
      [0x9d012a, 24],
      [(w & 0xff) * 256 + (w >> 8), 16],
      [(h & 0xff) * 256 + (h >> 8), 16],
    ],
    largest: [16383, 16383],
  },
  VP9: {
    of: "vp9",
    fields: ([w, h]) => [
      [0x498342, 24],
      [0, 4],
      [w - 1, 16],
      [h - 1, 16],
    ],
    largest: [65536, 65536],
  },
  JPEG: {
    of: "mjpeg",
    fields: ([w, h]) => [
      [h, 16],
      [w, 16],
      [3, 8],
    ],
    largest: [65500, 65500],
  },
  PNG: {
    of: "apng",
    fields: ([w, h]) => [
      [0x49484452, 32],
      [w, 32],
      [h, 32],
    ],
    largest: [0x7fffffff, 0x7fffffff],
  },
  GIF: {
    of: "gif",
    fields: ([w, h]) => [
      [0x383961, 24],
      [(w & 0xff) * 256 + (w >> 8), 16],
      [(h & 0xff) * 256 + (h >> 8), 16],
    ],
    largest: [65535, 65535],
  },
  ProRes: {
    of: "prores",
    fields: ([w, h]) => [
      [w, 16],
      [h, 16],
    ],
    largest: [65535, 65535],
  },
  Theora: {
    of: "theora",
    fields: ([w, h]) => [
      [Math.ceil(w / 16), 16],
      [Math.ceil(h / 16), 16],
      [w, 24],
      [h, 24],
    ],
    largest: [1048560, 1048560],
  },
};

function sizeOf(shape: Shape, largest: Size): Size {
  if (shape === "largest") return largest;
  const [w, h] = largest;
  return shape === "beyond" ? [Math.min(w - 1, 8192), Math.min(h - 1, 8192)] : [0, 0];
}

function inHeaders(): Record<string, MakeBytes> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([codec, { of, fields, largest }]) =>
      Object.entries(shapes).map(([words, shape]) => [
        `${codec} that states ${words}`,
        async () =>
          replacedBits(await base(of), fields([width, height]), fields(sizeOf(shape, largest))),
      ]),
    ),
  );
}

/** Sizes in parameter sets, in units of the codec. */
const h264Sets = {
  isWanted: (first: number) => (first & 0x1f) === 7,
  from: [width / 16 - 1, Math.ceil(height / 16) - 1],
};
const hevcSets = { isWanted: (first: number) => ((first >> 1) & 0x3f) === 33, from: [width, 96] };

const sets: Record<string, MakeBytes> = Object.fromEntries(
  (
    [
      ["16384 by 8640", 16384, 8640],
      ["8K", 7680, 4320],
      ["16000 by 16000", 16000, 16000],
      ["65536 by 65536", 65536, 65536],
      ["1 by 1000000", 16, 1_000_000],
    ] as const
  ).flatMap(([words, w, h]) => [
    [
      `H.264 that states ${words}`,
      async () =>
        withParameterSets(await base("h264"), {
          ...h264Sets,
          to: [Math.ceil(w / 16) - 1, Math.ceil(h / 16) - 1],
        }),
    ],
    [
      `H.264 in a transport stream that states ${words}`,
      async () =>
        remuxed(
          withParameterSets(await base("h264"), {
            ...h264Sets,
            to: [Math.ceil(w / 16) - 1, Math.ceil(h / 16) - 1],
          }),
          "h264",
          "ts",
        ),
    ],
    [
      `HEVC that states ${words}`,
      async () => withParameterSets(await base("h265"), { ...hevcSets, to: [w, h] }),
    ],
  ]),
);

/** Sizes that containers state, whatever the stream says. */
function statedInContainers(words: string, side: number): Record<string, MakeBytes> {
  const short = Buffer.concat([u16(side), u16(side)]);
  const raw = stream({
    type: "vids",
    handler: "DIB ",
    format: pictureFormat(side, side, "\0\0\0\0"),
  });
  return {
    [`MP4 whose sample entry states ${words}`]: async () =>
      overwritten(await base("mp4"), "avc1\0\0\0\0\0\0\0\x01", 16, short),
    [`MP4 whose track states ${words}`]: async () =>
      overwritten(
        await base("mp4"),
        "tkhd",
        76,
        Buffer.concat([u16(side), u16(0), u16(side), u16(0)]),
      ),
    [`MOV of QuickTime's animation that states ${words}`]: async () =>
      overwritten(await base("qtrle"), "rle \0\0\0\0\0\0\0\x01", 16, short),
    [`AVI of raw pictures that states ${words}`]: () =>
      avi({
        streams: [raw],
        movie: Array.from({ length: 6 }, () => chunk("00db", Buffer.alloc(4800))),
      }),
    [`AVI that states ${words}`]: async () =>
      overwritten(
        await base("avi"),
        "strf(\0\0\0(\0\0\0",
        0,
        Buffer.concat([le32(side), le32(side)]),
      ),
    [`IVF that states ${words}`]: async () =>
      overwritten(await base("ivf"), "DKIF", 8, Buffer.concat([le16(side), le16(side)])),
    [`YUV4MPEG that states ${words}`]: async () => {
      const bytes = await base("y4m");
      const end = bytes.indexOf("\n");
      const head = bytes.toString("latin1", 0, end).replace(/W\d+ H\d+/, `W${side} H${side}`);
      return Buffer.concat([Buffer.from(head), bytes.subarray(end)]);
    },
  };
}

const inContainers = {
  ...statedInContainers("65535 by 65535", 65_535),
  ...statedInContainers("20000 by 20000", 20_000),
  ...statedInContainers("nothing", 0),
};

/** Rates and channels of sound that no device has. */
const sounds: Record<string, MakeBytes> = Object.fromEntries(
  (
    [
      ["no channels", 22, le16(0)],
      ["64 channels", 22, le16(64)],
      ["65535 channels", 22, le16(65535)],
      ["a rate of nothing", 24, le32(0)],
      ["a rate of 1 Hz", 24, le32(1)],
      ["a rate of 2 GHz", 24, le32(0x7fffffff)],
      ["a rate below nothing", 24, le32(0xffffffff)],
      ["blocks of no bytes", 32, le16(0)],
      ["no bits", 34, le16(0)],
      ["65535 bits", 34, le16(65535)],
      ["a format of nobody", 20, le16(0x7777)],
      ["sound of 4 GiB", 40, u32(0xffffffff)],
    ] as const
  ).map(([words, offset, value]) => [
    `WAVE with ${words}`,
    async () => {
      const bytes = Buffer.from(await base("wav"));
      value.copy(bytes, offset);
      return bytes;
    },
  ]),
);

/** Headers that state pictures and sound of another size than there is. */
export const sizes: readonly Hostile[] = hostiles("size", {
  ...inHeaders(),
  ...sets,
  ...inContainers,
  ...sounds,
});
