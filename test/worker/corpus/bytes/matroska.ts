import { hex, u32 } from "./fields.ts";

function sizeOf(length: number): Buffer {
  const size = u32(length);
  size[0] = (size[0] ?? 0) | 0x10;
  return size;
}

/** An element; its size is stated as `stated` says, and as it is otherwise. */
export function element(id: string, content: Buffer, stated?: Buffer): Buffer {
  return Buffer.concat([hex(id), stated ?? sizeOf(content.length), content]);
}

/** One in the other, so many times. Joined once: each would be copied by all those around it. */
export function nestedElements(id: string, depth: number): Buffer {
  const heads: Buffer[] = [];
  for (let length = 0; heads.length < depth;) {
    const head = Buffer.concat([hex(id), sizeOf(length)]);
    heads.push(head);
    length += head.length;
  }
  return Buffer.concat(heads.toReversed());
}

export function parent(id: string, ...children: readonly Buffer[]): Buffer {
  return element(id, Buffer.concat(children));
}

export function number(id: string, value: number): Buffer {
  return element(id, u32(value));
}

export function words(id: string, text: string): Buffer {
  return element(id, Buffer.from(text));
}

const head = parent(
  "1a45dfa3",
  ...[number("4286", 1), number("42f7", 1), number("42f2", 4), number("42f3", 8)],
  ...[words("4282", "matroska"), number("4287", 4), number("4285", 2)],
);

/** The frames of an IVF file. */
export function ivfFrames(bytes: Buffer): Buffer[] {
  const frames: Buffer[] = [];
  for (let at = 32; at + 12 <= bytes.length;) {
    const size = bytes.readUInt32LE(at);
    frames.push(bytes.subarray(at + 12, at + 12 + size));
    at += 12 + size;
  }
  return frames;
}

export function videoTrack(index: number, ...extra: readonly Buffer[]): Buffer {
  const size = parent("e0", number("b0", 160), number("ba", 90));
  const own = [number("d7", index), number("73c5", index), number("83", 1), words("86", "V_VP8")];
  return parent("ae", ...own, size, ...extra);
}

export function textTrack(index: number, codec: string, header: string): Buffer {
  const own = [number("d7", index), number("73c5", index), number("83", 17), words("86", codec)];
  return parent("ae", ...own, words("63a2", header));
}

function block(track: number, time: number, data: Buffer): Buffer {
  const flags = hex("80");
  const stamp = Buffer.alloc(2);
  stamp.writeInt16BE(time);
  return element("a3", Buffer.concat([Buffer.from([0x80 | track]), stamp, flags, data]));
}

export interface Parts {
  /** Frames of VP8, ten a second. */
  readonly frames: readonly Buffer[];
  readonly info: readonly Buffer[];
  /** The first one holds the frames. */
  readonly tracks: readonly Buffer[];
  /** Other elements of the segment. */
  readonly more: readonly Buffer[];
  readonly cluster: readonly Buffer[];
}

/** A Matroska file of the given parts; a usual one where they are not given. */
export function matroska(parts: Pick<Parts, "frames"> & Partial<Parts>): Buffer {
  const { frames, info, tracks = [videoTrack(1)], more = [], cluster = [] } = parts;
  const usual = [number("2ad7b1", 1_000_000), words("4d80", "x"), words("5741", "x")];
  const blocks = frames.map((frame, index) => block(1, 100 * index, frame));
  return Buffer.concat([
    head,
    parent(
      "18538067",
      parent("1549a966", ...(info ?? usual)),
      parent("1654ae6b", ...tracks),
      ...more,
      parent("1f43b675", number("e7", 0), ...blocks, ...cluster),
    ),
  ]);
}

export function attachment(name: string, type: string, data: Buffer, id: number): Buffer {
  const fields = [words("466e", name), words("4660", type), element("465c", data)];
  return parent("61a7", ...fields, number("46ae", id));
}
