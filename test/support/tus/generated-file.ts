import { createHash } from "node:crypto";
import { Readable } from "node:stream";

/** Of a block; each begins with its number, so that no two are alike. */
const blockBytes = 64 * 1024;
const noise = (() => {
  const bytes = Buffer.alloc(blockBytes);
  let state = 2463534242;
  for (let at = 0; at < blockBytes; at += 4) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes.writeInt32LE(state, at);
  }
  return bytes;
})();

function block(index: number): Buffer {
  const bytes = Buffer.from(noise);
  bytes.writeBigUInt64LE(BigInt(index));
  return bytes;
}

function* piecesOf(start: number, end: number): Generator<Buffer> {
  for (let at = start; at < end;) {
    const index = Math.floor(at / blockBytes);
    const from = at - index * blockBytes;
    const piece = block(index).subarray(from, Math.min(blockBytes, from + end - at));
    yield piece;
    at += piece.length;
  }
}

/** A part of a file of any size that is nowhere stored: each byte follows from its place. */
export function generated(start: number, end: number): Readable & { size: number } {
  return Object.assign(Readable.from(piecesOf(start, end), { objectMode: false }), {
    size: end - start,
  });
}

export function generatedDigest(sizeBytes: number): string {
  const hash = createHash("sha256");
  for (const piece of piecesOf(0, sizeBytes)) hash.update(piece);
  return hash.digest("hex");
}
