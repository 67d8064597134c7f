import { box } from "../../media/mp4.ts";

const parents = new Set("moov trak mdia minf stbl edts dinf moof traf mvex udta".split(" "));

/** New content for a box of this type; the old one where there is none. */
export type Change = (type: string, content: Buffer) => Buffer | undefined;

/**
 * The file with other contents of some boxes. Sizes are stated anew; places of samples stay right where the
 * index stands behind them.
 */
export function rebuilt(bytes: Buffer, change: Change): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at + 8 <= bytes.length;) {
    const size = bytes.readUInt32BE(at);
    const type = bytes.toString("latin1", at + 4, at + 8);
    if (size < 8) throw new Error(`the box ${type} has ${size} bytes`);
    const content = bytes.subarray(at + 8, at + size);
    const next = change(type, content);
    parts.push(box(type, next ?? (parents.has(type) ? rebuilt(content, change) : content)));
    at += size;
  }
  return Buffer.concat(parts);
}

/** Replaces the contents of all boxes of one type. */
export function withContent(
  bytes: Buffer,
  wanted: string,
  next: (content: Buffer) => Buffer,
): Buffer {
  let found = 0;
  const changed = rebuilt(bytes, (type, content) => {
    if (type !== wanted) return undefined;
    found += 1;
    return next(content);
  });
  if (found === 0) throw new Error(`the file has no ${wanted}`);
  return changed;
}
