import type { PieceHeader } from "./pieces.ts";

/** The header of a box of MP4 or QuickTime; a length of 0 means that it goes to the end of the file. */
export function readBoxHeader(bytes: Buffer): PieceHeader | undefined {
  if (bytes.length < 8) return undefined;
  const type = bytes.toString("latin1", 4, 8);
  const size = bytes.readUInt32BE(0);
  if (size === 0) return { type, headerBytes: 8, bytes: Number.POSITIVE_INFINITY };
  if (size !== 1) return { type, headerBytes: 8, bytes: size };
  if (bytes.length < 16) return undefined;
  return { type, headerBytes: 16, bytes: Number(bytes.readBigUInt64BE(8)) };
}
