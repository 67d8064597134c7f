import { base } from "../bases.ts";
import { ascii, hex, le16, le32, overwritten, repeated, u16, u32 } from "../bytes/fields.ts";
import { tag, tagFrame } from "../bytes/id3.ts";
import { avi, chunk, jpegs, list, pictureFormat, stream } from "../bytes/riff.ts";
import { hostiles, type Hostile, type MakeBytes } from "../hostile.ts";
import { matroskaCounts } from "./matroska-counts.ts";
import { mp4Counts } from "./mp4-counts.ts";

const pictures = async (): Promise<Buffer[]> =>
  jpegs(await base("mjpeg")).map((frame) => chunk("00dc", frame));
const film = (scale: number, rate: number): Buffer =>
  stream({ type: "vids", handler: "MJPG", format: pictureFormat(160, 90), scale, rate });

const avis: Record<string, MakeBytes> = {
  "AVI whose rate is nothing": async () => avi({ streams: [film(0, 0)], movie: await pictures() }),
  "AVI whose scale is nothing": async () =>
    avi({ streams: [film(0, 25)], movie: await pictures() }),
  "AVI of 4 294 967 295 pictures a second": async () =>
    avi({ streams: [film(1, 0xffffffff)], movie: await pictures() }),
  "AVI that states 4 294 967 295 streams": async () =>
    avi({ streams: [film(1, 10)], movie: await pictures(), streamCount: 0xffffffff }),
  "AVI with 1 000 streams": async () =>
    avi({ streams: Array.from({ length: 1_000 }, () => film(1, 10)), movie: await pictures() }),
  "AVI with 99 streams": async () =>
    avi({ streams: Array.from({ length: 99 }, () => film(1, 10)), movie: await pictures() }),
  "AVI with lists in each other": async () => {
    let inner = list("hdrl");
    for (let level = 0; level < 2_000; level += 1) inner = list("hdrl", inner);
    return avi({ streams: [film(1, 10), inner], movie: await pictures() });
  },
  "AVI whose index states 2^28 entries": async () =>
    avi({
      streams: [film(1, 10)],
      movie: await pictures(),
      tail: [chunk("idx1", Buffer.alloc(16), 0xfffffff0)],
    }),
  "AVI whose index points at itself": async () => {
    const entry = Buffer.concat([u32(0), u32(0), le32(0), le32(0)]);
    const index = Buffer.concat([
      le16(4),
      ascii("\0\0"),
      le32(1_000),
      ascii("00dc"),
      Buffer.alloc(12),
      repeated(1_000, entry),
    ]);
    return avi({ streams: [film(1, 10), chunk("indx", index)], movie: await pictures() });
  },
  "AVI whose format states 4 GiB": async () =>
    avi({
      streams: [
        list("strl", chunk("strh", Buffer.alloc(56)), chunk("strf", Buffer.alloc(40), 0xffffffff)),
      ],
      movie: await pictures(),
    }),
};

/** An FLV with a script tag more, after its header. */
function withScriptTag(flv: Buffer, data: Buffer): Buffer {
  const added = Buffer.concat([
    hex("12"),
    u32(data.length).subarray(1),
    Buffer.alloc(7),
    data,
    u32(data.length + 11),
  ]);
  return Buffer.concat([flv.subarray(0, 13), added, flv.subarray(13)]);
}

const others: Record<string, MakeBytes> = {
  "MP3 with a tag of 256 MB": async () => Buffer.concat([tag([], 0x0fffffff), await base("mp3")]),
  "MP3 with 50 000 frames of a tag": async () =>
    Buffer.concat([
      tag(Array.from({ length: 50_000 }, () => tagFrame("TXXX", ascii("\0a\0b")))),
      await base("mp3"),
    ]),
  "MP3 with a frame of a tag of 4 GiB": async () =>
    Buffer.concat([tag([tagFrame("APIC", Buffer.alloc(20), 0xffffffff)]), await base("mp3")]),
  "MP3 with 1 000 tags": async () => Buffer.concat([repeated(1_000, tag([])), await base("mp3")]),
  "FLAC with a comment of 4 GiB": async () => {
    const bytes = await base("flac");
    const block = Buffer.concat([hex("04"), hex("000008"), le32(0xffffffff), le32(0xffffffff)]);
    return Buffer.concat([bytes.subarray(0, 42), block, bytes.subarray(42)]);
  },
  "FLAC with a cover of 60 000 by 60 000": async () => {
    const bytes = await base("flac");
    const png = Buffer.concat([
      hex("89504e470d0a1a0a0000000d49484452"),
      u32(60_000),
      u32(60_000),
      hex("0806000000"),
      u32(0),
    ]);
    const block = Buffer.concat([
      u32(3),
      u32(9),
      ascii("image/png"),
      u32(0),
      ...[60_000, 60_000, 32, 0].map(u32),
      u32(png.length),
      png,
    ]);
    return Buffer.concat([
      bytes.subarray(0, 42),
      hex("06"),
      u32(block.length).subarray(1),
      block,
      bytes.subarray(42),
    ]);
  },
  "Ogg with 500 streams": async () => {
    const bytes = await base("opus");
    const pages = Array.from({ length: 500 }, (_, serial) =>
      overwritten(bytes.subarray(0, 47), "OggS", 10, le32(serial)),
    );
    return Buffer.concat([...pages, bytes]);
  },
  "FLV with 10 000 objects in each other": async () => {
    const bytes = await base("flv");
    const name = Buffer.concat([u16(1), ascii("x"), hex("03")]);
    const data = Buffer.concat([
      hex("02"),
      u16(10),
      ascii("onMetaData"),
      hex("03"),
      repeated(10_000, name),
    ]);
    return withScriptTag(bytes, data);
  },
  "FLV with an index of 2^32 entries": async () => {
    const bytes = await base("flv");
    const key = (name: string): Buffer => Buffer.concat([u16(name.length), ascii(name)]);
    const data = Buffer.concat([
      hex("02"),
      key("onMetaData"),
      hex("03"),
      key("keyframes"),
      hex("03"),
      key("times"),
      hex("0affffffff"),
    ]);
    return withScriptTag(bytes, data);
  },
  "APNG that states 2^31 pictures": async () =>
    overwritten(await base("apng"), "acTL", 0, Buffer.concat([u32(0x7fffffff), u32(0)])),
  "GIF with 10 000 empty pictures": async () => {
    const bytes = await base("gif");
    const empty = hex("21f9040000000000 2c00000000010001000002024c0100");
    return Buffer.concat([bytes.subarray(0, -1), repeated(10_000, empty), hex("3b")]);
  },
  "IVF that states 2^32 pictures": async () =>
    overwritten(await base("ivf"), "DKIF", 20, le32(0xffffffff)),
  "IVF whose clock is 0/0": async () =>
    overwritten(await base("ivf"), "DKIF", 12, Buffer.concat([le32(0), le32(0)])),
  "IVF with a frame of 4 GiB": async () =>
    overwritten(await base("ivf"), "DKIF", 28, le32(0xffffffff)),
  "AIFF whose rate is no number": async () =>
    overwritten(await base("aiff"), "COMM", 12, hex("7fffc000000000000000")),
  "CAF whose rate is no number": async () =>
    overwritten(await base("caf"), "desc", 8, hex("7ff8000000000000")),
  "CAF whose rate is infinite": async () =>
    overwritten(await base("caf"), "desc", 8, hex("7ff0000000000000")),
  "AU with a header of 4 GiB": async () =>
    overwritten(await base("au"), ".snd", 0, u32(0xffffffff)),
  "transport stream with tables of noise": async () => {
    const bytes = Buffer.from(await base("ts"));
    for (let at = 188 * 2; at + 188 <= bytes.length; at += 188 * 7)
      bytes.fill(0xff, at + 4, at + 188);
    return bytes;
  },
  "ASF with objects of no bytes": async () =>
    overwritten(await base("asf"), hex("a1dcab8c47a9cf118ee400c00c205365"), 0, Buffer.alloc(8)),
  "MXF with a set of 2^63 bytes": async () => {
    const bytes = await base("mxf");
    const set = hex("060e2b34025301010d01010101012f00 887fffffffffffffff");
    const at = bytes.indexOf(hex("060e2b34025301010d01010101012f00"));
    return Buffer.concat([bytes.subarray(0, at), set, bytes.subarray(at)]);
  },
  "nothing but zeros": () => Buffer.alloc(1 << 20),
  "nothing but 0xff": () => Buffer.alloc(1 << 20, 0xff),
  "nothing but the start of a transport packet": () => Buffer.alloc(1 << 20, 0x47),
};

/** Files that state more, or have more, than anybody needs. */
export const counts: readonly Hostile[] = hostiles("count", {
  ...mp4Counts,
  ...matroskaCounts,
  ...avis,
  ...others,
});
