import type { FileBytes } from "./file-bytes.ts";

/** A part of a container that begins with its type and its length: a box, a chunk, an element. */
export interface Piece {
  readonly type: string;
  readonly at: number;
  /** Where its content begins. */
  readonly content: number;
  /** Where it is stated to end, which can be beyond the file; infinite where no end is stated. */
  readonly end: number;
}

/** What the first bytes of a piece say. */
export interface PieceHeader {
  readonly type: string;
  readonly headerBytes: number;
  /** Of header and content, with what fills up to the next piece. */
  readonly bytes: number;
}

/** Reads a header, or finds that there is none: what follows is no part of the container. */
export type ReadHeader = (bytes: Buffer) => PieceHeader | undefined;

export interface Range {
  readonly start: number;
  readonly end: number;
}

/** No header of the known containers is longer. */
const longestHeader = 32;

/** The pieces that begin in a range, in their order. Ends at the first that is none. */
export async function* pieces(
  file: FileBytes,
  range: Range,
  readHeader: ReadHeader,
): AsyncGenerator<Piece> {
  const limit = Math.min(range.end, file.size);
  let at = range.start;
  while (at < limit) {
    const header = readHeader(await file.read(at, longestHeader));
    if (!header || header.bytes < header.headerBytes) return;
    const end = at + header.bytes;
    yield { type: header.type, at, content: at + header.headerBytes, end };
    at = end;
  }
}

/** The first piece of the type directly inside a range. */
export async function findPiece(
  file: FileBytes,
  range: Range,
  type: string,
  readHeader: ReadHeader,
): Promise<Piece | undefined> {
  for await (const piece of pieces(file, range, readHeader)) {
    if (piece.type === type) return piece;
  }
  return undefined;
}
