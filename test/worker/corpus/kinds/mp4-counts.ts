import { deflateSync } from "node:zlib";
import { box } from "../../media/mp4.ts";
import { base, type Base } from "../bases.ts";
import { rebuilt } from "../bytes/boxes.ts";
import { ascii, overwritten, repeated, u32 } from "../bytes/fields.ts";
import type { MakeBytes } from "../hostile.ts";

/** A field of 32 bits of a box: the bytes between the box's name and it. */
type BoxField = readonly [box: string, offset: number, what: string, of?: Base];

const boxFields: readonly BoxField[] = [
  ["stsz", 8, "number of sizes"],
  ["stsz", 4, "size of all samples"],
  ["stts", 4, "number of times"],
  ["stts", 12, "length of samples"],
  ["stts", 8, "number of samples of a length"],
  ["ctts", 4, "number of offsets", "reordered"],
  ["ctts", 12, "offset", "reordered"],
  ["stsc", 4, "number of runs"],
  ["stsc", 12, "samples of a chunk"],
  ["stco", 4, "number of places"],
  ["stco", 8, "place"],
  ["stss", 4, "number of keyframes"],
  ["stsd", 4, "number of descriptions"],
  ["dref", 4, "number of files"],
  ["mvhd", 12, "scale of the film"],
  ["mvhd", 16, "length of the film"],
  ["mdhd", 12, "scale of the track"],
  ["mdhd", 16, "length of the track"],
  ["elst", 4, "number of edits"],
  ["elst", 8, "length of an edit"],
  ["elst", 12, "start of an edit"],
  ["elst", 16, "speed of an edit"],
  ["trun", 4, "number of samples of a fragment", "fragmented"],
  ["tfhd", 4, "track of a fragment", "fragmented"],
  ["tfdt", 4, "time of a fragment", "fragmented"],
  ["trex", 12, "length of samples of fragments", "fragmented"],
];

const values = { nothing: 0, "2 147 483 647": 0x7fffffff, "4 294 967 295": 0xffffffff };

const inBoxes: Record<string, MakeBytes> = Object.fromEntries(
  boxFields.flatMap(([type, offset, what, of = "mp4"]) =>
    Object.entries(values).map(([number_, value]) => [
      `MP4 whose ${what} (${type}) is ${number_}`,
      async () => overwritten(await base(of), type, offset, u32(value)),
    ]),
  ),
);

/** Boxes that state another size than they have. */
const boxSizes: Record<string, MakeBytes> = Object.fromEntries(
  ["moov", "trak", "stbl", "stsd", "mdat", "ftyp"].flatMap((type) =>
    ([0, 1, 7, 0x7fffffff, 0xffffffff] as const).map((size) => [
      `MP4 whose ${type} states ${size} bytes`,
      async () => overwritten(await base("mp4"), type, -8, u32(size)),
    ]),
  ),
);

function nested(depth: number, type: string, core: Buffer): Buffer {
  let inner = core;
  for (let level = 0; level < depth; level += 1) inner = box(type, inner);
  return inner;
}

function withMovie(change: (content: Buffer) => Buffer): MakeBytes {
  return async () =>
    rebuilt(await base("mp4"), (type, content) => (type === "moov" ? change(content) : undefined));
}

/** An edit list that shows the first two seconds so often. */
function edits(count: number): Buffer {
  const one = Buffer.concat([u32(2000), u32(0), u32(0x10000)]);
  return Buffer.concat([u32(0), u32(count), repeated(count, one)]);
}

const films: Record<string, MakeBytes> = {
  "MP4 with 10 000 boxes in each other": withMovie((content) =>
    Buffer.concat([content, nested(10_000, "udta", Buffer.alloc(8))]),
  ),
  "MP4 with 2 000 tracks in each other": withMovie((content) =>
    Buffer.concat([content, nested(2_000, "trak", Buffer.alloc(8))]),
  ),
  "MP4 with 1 000 tracks": withMovie((content) => {
    const at = content.indexOf("trak") - 4;
    const track = content.subarray(at, at + content.readUInt32BE(at));
    return Buffer.concat([content, repeated(1_000, track)]);
  }),
  "MP4 with 1 000 empty tracks": withMovie((content) =>
    Buffer.concat([content, repeated(1_000, box("trak", Buffer.alloc(8)))]),
  ),
  "MP4 with 1 000 indices": async () => {
    const bytes = await base("mp4");
    return Buffer.concat([bytes, repeated(1_000, bytes.subarray(bytes.indexOf("moov") - 4))]);
  },
  "MP4 with 100 000 free boxes": async () =>
    Buffer.concat([repeated(100_000, box("free")), await base("mp4")]),
  "MP4 with 1 000 edits": async () =>
    rebuilt(await base("mp4"), (type) => (type === "elst" ? edits(1_000) : undefined)),
  "MP4 with 100 000 edits": async () =>
    rebuilt(await base("mp4"), (type) => (type === "elst" ? edits(100_000) : undefined)),
  "MP4 with 10 000 empty fragments": async () =>
    Buffer.concat([
      await base("fragmented"),
      repeated(
        10_000,
        box("moof", box("mfhd", u32(0), u32(1)), box("traf", box("tfhd", u32(0), u32(1)))),
      ),
    ]),
  "MP4 with an index of a gigabyte, deflated": () => {
    const cmvd = box("cmvd", u32(1 << 30), deflateSync(Buffer.alloc(1 << 26)));
    return Buffer.concat([
      box("ftyp", ascii("qt  "), u32(0)),
      box("moov", box("cmov", box("dcom", ascii("zlib")), cmvd)),
    ]);
  },
  "MP4 with an index within its index, deflated": () => {
    const cmov = (inner: Buffer): Buffer =>
      box(
        "moov",
        box("cmov", box("dcom", ascii("zlib")), box("cmvd", u32(inner.length), deflateSync(inner))),
      );
    let inner = box("moov", Buffer.alloc(0));
    for (let depth = 0; depth < 200; depth += 1) inner = cmov(inner);
    return Buffer.concat([box("ftyp", ascii("qt  "), u32(0)), inner]);
  },
};

/** MP4 with numbers that nobody needs. */
export const mp4Counts: Record<string, MakeBytes> = { ...inBoxes, ...boxSizes, ...films };
