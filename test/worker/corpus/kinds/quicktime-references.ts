import { box } from "../../media/mp4.ts";
import { base, type Base } from "../bases.ts";
import { rebuilt, withContent } from "../bytes/boxes.ts";
import { ascii, u16, u32 } from "../bytes/fields.ts";
import type { Canary, MakeBytes } from "../hostile.ts";
import { toEach } from "../places.ts";

/** The samples of all tracks lie in another file (`dref` of ISO/IEC 14496-12, 8.7.2). */
function withDataIn(name: Base, entry: Buffer): MakeBytes {
  return async () =>
    withContent(await base(name), "dref", () => Buffer.concat([u32(0), u32(1), entry]));
}

/** An alias record of QuickTime: a volume, a name, and the parts of a path. */
function alias(path: string): Buffer {
  const fixed = (text: string, room: number): Buffer => {
    const bytes = Buffer.alloc(room + 1);
    bytes[0] = Math.min(room, text.length);
    bytes.write(text.slice(0, room), 1, "latin1");
    return bytes;
  };
  const part = (type: number, text: string): Buffer =>
    Buffer.concat([u16(type), u16(text.length), ascii(text), Buffer.alloc(text.length % 2)]);
  return Buffer.concat([
    ...[u32(0), Buffer.alloc(10), fixed("canary", 27), Buffer.alloc(12)],
    ...[fixed(path.split("/").at(-1) ?? "", 63), Buffer.alloc(16), u16(1), u16(1)],
    ...[Buffer.alloc(16), part(2, path), part(18, path), part(0, "tmp"), u16(0xffff)],
  ]);
}

/** Films that consist of a reference (`rmra` of QuickTime). */
function film(kind: string, target: string): Buffer {
  const name = ascii(`${target}\0`);
  const reference = box("rdrf", u32(0), ascii(kind), u32(name.length), name);
  const moov = box("moov", box("rmra", box("rmda", reference)));
  return Buffer.concat([box("ftyp", ascii("qt  "), u32(0), ascii("qt  ")), moov]);
}

function withMovieBox(added: (canary: Canary) => Buffer): MakeBytes {
  return async (canary) =>
    rebuilt(await base("mp4"), (type, content) =>
      type === "moov" ? Buffer.concat([content, added(canary)]) : undefined,
    );
}

/** QuickTime and MP4 that say that their samples, or others, are elsewhere. */
export const quickTimeReferences: Record<string, MakeBytes> = {
  ...toEach(
    (place) => `MP4 whose samples are in ${place}`,
    (target) => withDataIn("mp4", box("url ", u32(0), ascii(`${target}\0`))),
  ),
  ...toEach(
    (place) => `MOV whose samples are in ${place}`,
    (target) => withDataIn("mov", box("url ", u32(0), ascii(`${target}\0`))),
  ),
  ...toEach(
    (place) => `fragmented MP4 whose samples are in ${place}`,
    (target) => withDataIn("fragmented", box("url ", u32(0), ascii(`${target}\0`))),
  ),
  ...toEach(
    (place) => `MP4 whose samples have ${place} as a name`,
    (target) => withDataIn("mp4", box("urn ", u32(0), ascii(`urn:x\0${target}\0`))),
  ),
  ...toEach(
    (place) => `MOV with an alias of ${place}`,
    (target) => withDataIn("mov", box("alis", alias(target))),
  ),
  ...toEach(
    (place) => `MOV with a resource of ${place}`,
    (target) => withDataIn("mov", box("rsrc", alias(target))),
  ),
  ...toEach(
    (place) => `MOV that refers to ${place}`,
    (target) => () => film("url ", target),
  ),
  ...toEach(
    (place) => `MOV that refers to ${place} by an alias`,
    (target) => () => film("alis", target),
  ),
  "MP4 that asks for a key": withMovieBox(({ url }) =>
    box("pssh", u32(0), Buffer.alloc(16, 1), u32(url.length), ascii(url)),
  ),
  "MP4 with a session description": withMovieBox(({ port }) =>
    box("udta", box("hnti", box("rtp ", ascii("sdp "), ascii(`c=IN IP4 127.0.0.1:${port}`)))),
  ),
  "MP4 with a cover elsewhere": withMovieBox(({ url }) =>
    box(
      "udta",
      box("meta", u32(0), box("ilst", box("covr", box("data", u32(0), u32(0), ascii(url))))),
    ),
  ),
  "MP4 with items elsewhere": withMovieBox(({ url }) =>
    box(
      "meta",
      u32(0),
      box("dinf", box("dref", u32(0), u32(1), box("url ", u32(0), ascii(`${url}\0`)))),
    ),
  ),
};
