import { ascii, u32 } from "./fields.ts";

/** A number of 28 bits in bytes of seven. */
function synchsafe(value: number): Buffer {
  return Buffer.from([21, 14, 7, 0].map((shift) => (value >> shift) & 0x7f));
}

export function tagFrame(id: string, content: Buffer, stated = content.length): Buffer {
  return Buffer.concat([ascii(id), u32(stated), Buffer.alloc(2), content]);
}

/** An ID3v2.3 tag. */
export function tag(frames: readonly Buffer[], stated?: number): Buffer {
  const content = Buffer.concat(frames);
  return Buffer.concat([ascii("ID3\x03\0\0"), synchsafe(stated ?? content.length), content]);
}
