import { box } from "../../media/mp4.ts";

interface Box {
  readonly type: string;
  /** Where its header, its content and the next box begin. */
  readonly at: number;
  readonly content: number;
  readonly end: number;
  readonly path: readonly string[];
}

const parents = new Set(["moov", "trak", "mdia", "minf", "stbl", "edts", "moof", "traf"]);

function boxesIn(bytes: Buffer, from: number, end: number, path: readonly string[] = []): Box[] {
  const found: Box[] = [];
  for (let at = from; at + 8 <= end;) {
    const stated = bytes.readUInt32BE(at);
    const type = bytes.toString("latin1", at + 4, at + 8);
    const size = stated === 1 ? Number(bytes.readBigUInt64BE(at + 8)) : stated;
    if (size < 8) break;
    const content = at + (stated === 1 ? 16 : 8);
    const own = [...path, type];
    found.push({ type, at, content, end: at + size, path: own });
    if (parents.has(type)) found.push(...boxesIn(bytes, content, at + size, own));
    at += size;
  }
  return found;
}

function need<T>(found: T | undefined, what: string): T {
  if (found === undefined) throw new Error(`the file has no ${what}`);
  return found;
}

/** All boxes of one track; `handler` is "vide", "soun" or another. */
export interface Track {
  readonly box: (type: string) => Box;
  readonly all: readonly Box[];
}

function tracksOf(bytes: Buffer, handler: string): Track[] {
  const all = boxesIn(bytes, 0, bytes.length);
  return all
    .filter(({ type }) => type === "trak")
    .map((trak) => {
      const inner = all.filter(({ at, end }) => at > trak.at && end <= trak.end);
      return {
        all: inner,
        box: (type: string) =>
          need(
            inner.find((one) => one.type === type),
            type,
          ),
      };
    })
    .filter((track) => {
      const { content } = track.box("hdlr");
      return bytes.toString("latin1", content + 8, content + 12) === handler;
    });
}

function firstTrack(bytes: Buffer, handler: string): Track {
  return need(tracksOf(bytes, handler)[0], `track of ${handler}`);
}

/** Bytes of the fixed fields of a picture's sample entry, its header included. */
const visualEntry = 86;

function free(size: number): Buffer {
  return box("free", Buffer.alloc(size - 8));
}

/** Puts a box into the picture's sample entry, in the place of colr, pasp and btrt. */
export function withPictureBox(bytes: Buffer, added: Buffer): Buffer {
  const changed = Buffer.from(bytes);
  const { content } = firstTrack(changed, "vide").box("stsd");
  const entry = content + 8;
  const inner = boxesIn(changed, entry + visualEntry, entry + changed.readUInt32BE(entry));
  const spare = inner.filter(({ type }) => ["colr", "pasp", "btrt", "fiel"].includes(type));
  const [from, to] = [need(spare[0], "spare boxes").at, need(spare.at(-1), "spare boxes").end];
  const room = to - from - added.length;
  if (room < 8 && room !== 0) throw new Error(`${room} bytes of room are left`);
  Buffer.concat([added, ...(room === 0 ? [] : [free(room)])]).copy(changed, from);
  return changed;
}

/** Clean aperture: the picture without its edges (ISO/IEC 14496-12, 12.1.4). */
export function clapBox(width: number, height: number): Buffer {
  const fields = Buffer.alloc(32);
  [width, 1, height, 1, 0, 1, 0, 1].forEach((value, index) =>
    fields.writeUInt32BE(value, 4 * index),
  );
  return box("clap", fields);
}

/** Dolby Vision configuration of a stream with metadata (RPU) in one layer. */
export function dolbyVisionBox(profile: number, compatibility: number): Buffer {
  const fields = Buffer.alloc(24);
  fields[0] = 1;
  const level = 3;
  // Profile 7 bits, level 6, RPU present, no enhancement layer, base layer.
  fields.writeUInt16BE((profile << 9) | (level << 3) | 0b101, 2);
  fields[4] = compatibility << 4;
  return box(profile > 7 ? "dvvC" : "dvcC", fields);
}

/** A part of a track: from where, and how long, in seconds. */
export type Edit = readonly [from: number, seconds: number];

function editBox(bytes: Buffer, trak: Box, edits: readonly Edit[], movieScale: number): Buffer {
  const inner = boxesIn(bytes, trak.content, trak.end);
  const own = (type: string): Box =>
    need(
      inner.find((one) => one.type === type),
      type,
    );
  const mediaScale = bytes.readUInt32BE(own("mdhd").content + 12);
  const start = bytes.readUInt32BE(own("elst").content + 12);
  const fields = [0, edits.length].concat(
    edits.flatMap(([from, seconds]) => [
      ...[seconds * movieScale, start + from * mediaScale, 0x10000],
    ]),
  );
  const content = Buffer.alloc(4 * fields.length);
  fields.forEach((value, index) => content.writeUInt32BE(value, 4 * index));
  return box("edts", box("elst", content));
}

/** Shows these parts of all tracks, one after the other; the index must come last. */
export function withEdits(bytes: Buffer, edits: readonly Edit[]): Buffer {
  const all = boxesIn(bytes, 0, bytes.length);
  const last = need(
    all.find(({ type }) => type === "moov"),
    "moov",
  );
  if (last.end !== bytes.length) throw new Error("the index does not come last");
  const header = need(
    all.find(({ type }) => type === "mvhd"),
    "mvhd",
  );
  const movieScale = bytes.readUInt32BE(header.content + 12);
  const childrenOf = ({ at, content, end, path }: Box): Box[] =>
    boxesIn(bytes, content, end, path).filter(
      (one) => one.path.length === path.length + 1 && at < one.at,
    );
  const whole = ({ at, end }: Box): Buffer => bytes.subarray(at, end);
  const children = childrenOf(last).map((child) => {
    if (child.type !== "trak") return whole(child);
    const kept = childrenOf(child).filter(({ type }) => type !== "edts");
    return box("trak", ...kept.map(whole), editBox(bytes, child, edits, movieScale));
  });
  return Buffer.concat([bytes.subarray(0, last.at), box("moov", ...children)]);
}

/** Gives the first sound track a codec that nobody knows. */
export function withUnknownSound(bytes: Buffer): Buffer {
  const changed = Buffer.from(bytes);
  const { content, end } = firstTrack(changed, "soun").box("stsd");
  changed.write("zzzz", content + 12, "latin1");
  // It names the codec, too.
  changed.write("free", changed.subarray(0, end).indexOf("esds", content), "latin1");
  return changed;
}

/** Takes all samples from the sound track, as a recorder without permission for the microphone does. */
export function withEmptySound(bytes: Buffer): Buffer {
  const changed = Buffer.from(bytes);
  const track = firstTrack(changed, "soun");
  const counts = { stts: 4, stsz: 8, stsc: 4, stco: 4, mdhd: 16, tkhd: 20 };
  for (const [type, offset] of Object.entries(counts)) {
    changed.writeUInt32BE(0, track.box(type).content + offset);
  }
  for (const { type, at } of track.all) {
    if (["edts", "sgpd", "sbgp"].includes(type)) changed.write("free", at + 4, "latin1");
  }
  return changed;
}

/** Noise in the place of each sample of the first sound track. */
export function withNoiseForSound(bytes: Buffer): Buffer {
  const changed = Buffer.from(bytes);
  for (const { at, size } of samplesOf(changed, firstTrack(changed, "soun"))) {
    for (let byte = at; byte < at + size; byte += 1) {
      changed[byte] = (byte * 7919 + (byte >> 3) * 31) % 251;
    }
  }
  return changed;
}

interface Sample {
  readonly at: number;
  readonly size: number;
}

function entries(bytes: Buffer, { content }: Box, fields: number, from = 8): number[][] {
  const count = bytes.readUInt32BE(content + from - 4);
  return Array.from({ length: count }, (_, index) =>
    Array.from({ length: fields }, (__, field) =>
      bytes.readUInt32BE(content + from + 4 * (index * fields + field)),
    ),
  );
}

/** Where the samples of a track lie. */
function samplesOf(bytes: Buffer, track: Track): Sample[] {
  const sizes = entries(bytes, track.box("stsz"), 1, 12).flat();
  const chunks = entries(bytes, track.box("stco"), 1).flat();
  const runs = entries(bytes, track.box("stsc"), 3);
  const samples: Sample[] = [];
  for (const [index, start] of chunks.entries()) {
    const [, count = 0] = runs.findLast(([first = 0]) => first <= index + 1) ?? [];
    let at = start;
    for (const size of sizes.slice(samples.length, samples.length + count)) {
      samples.push({ at, size });
      at += size;
    }
  }
  return samples;
}
