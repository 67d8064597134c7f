import type { PieceHeader, ReadHeader } from "./pieces.ts";

/** Chunks fill up to an even length in RIFF and AIFF. */
function even(bytes: number): number {
  return bytes + (bytes % 2);
}

/** RIFF: the length is little-endian and without the header. */
export function readRiffChunk(bytes: Buffer): PieceHeader | undefined {
  if (bytes.length < 8) return undefined;
  const type = bytes.toString("latin1", 0, 4);
  return { type, headerBytes: 8, bytes: even(8 + bytes.readUInt32LE(4)) };
}

/** AIFF: as RIFF, but big-endian. */
export function readIffChunk(bytes: Buffer): PieceHeader | undefined {
  if (bytes.length < 8) return undefined;
  const type = bytes.toString("latin1", 0, 4);
  return { type, headerBytes: 8, bytes: even(8 + bytes.readUInt32BE(4)) };
}

/** Chunks that a GUID names; the length of 64 bits counts the header. */
export function guidChunks(filledTo: number): ReadHeader {
  return (bytes) => {
    if (bytes.length < 24) return undefined;
    const stated = Number(bytes.readBigUInt64LE(16));
    const length = Math.ceil(stated / filledTo) * filledTo;
    return { type: bytes.toString("hex", 0, 16), headerBytes: 24, bytes: length };
  };
}
