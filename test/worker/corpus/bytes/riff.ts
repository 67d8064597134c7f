import { ascii, le16, le32 } from "./fields.ts";

export function chunk(id: string, content: Buffer, stated = content.length): Buffer {
  const pad = Buffer.alloc(content.length % 2);
  return Buffer.concat([ascii(id), le32(stated), content, pad]);
}

export function list(kind: string, ...chunks: readonly Buffer[]): Buffer {
  return chunk("LIST", Buffer.concat([ascii(kind), ...chunks]));
}

interface Stream {
  readonly type: string;
  readonly handler: string;
  readonly format: Buffer;
  readonly scale?: number;
  readonly rate?: number;
}

export function stream({ type, handler, format, scale = 1, rate = 10 }: Stream): Buffer {
  const head = Buffer.concat([
    ascii(type),
    ascii(handler),
    ...[0, 0, 0].map(le32),
    ...[scale, rate, 0, 6, 0, 0, 0].map(le32),
    Buffer.alloc(8),
  ]);
  return list("strl", chunk("strh", head), chunk("strf", format));
}

export function pictureFormat(width: number, height: number, codec = "MJPG"): Buffer {
  const sizes = [le32(40), le32(width), le32(height), le16(1), le16(24)];
  return Buffer.concat([...sizes, ascii(codec), ...[0, 0, 0, 0, 0].map(le32)]);
}

export interface Avi {
  readonly streams: readonly Buffer[];
  readonly movie: readonly Buffer[];
  readonly tail?: readonly Buffer[];
  readonly streamCount?: number;
}

export function avi({ streams, movie, tail = [], streamCount = streams.length }: Avi): Buffer {
  const fields = [100_000, 0, 0, 0x10, movie.length, 0, streamCount, 0, 160, 90, 0, 0, 0, 0];
  const main = chunk("avih", Buffer.concat(fields.map(le32)));
  const parts = [list("hdrl", main, ...streams), list("movi", ...movie), ...tail];
  return chunk("RIFF", Buffer.concat([ascii("AVI "), ...parts]));
}

/** The pictures of a stream of JPEG. */
export function jpegs(bytes: Buffer): Buffer[] {
  const start = Buffer.from("ffd8ff", "hex");
  const found: Buffer[] = [];
  let at = bytes.indexOf(start);
  while (at >= 0) {
    const next = bytes.indexOf(start, at + 3);
    found.push(bytes.subarray(at, next < 0 ? bytes.length : next));
    at = next;
  }
  return found;
}
