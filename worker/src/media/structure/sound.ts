import { guidChunks, readIffChunk, readRiffChunk } from "./chunk-header.ts";
import type { FileBytes, Statement } from "./file-bytes.ts";
import { findPiece, type PieceHeader, type ReadHeader } from "./pieces.ts";

interface Layout {
  /** Where the first chunk begins. */
  readonly start: number;
  readonly readHeader: ReadHeader;
  /** The chunk that holds the samples. */
  readonly data: string;
}

/**
 * A program that writes to a pipe cannot come back to fill in the length: it leaves 0, all bits, or
 * about half of what the field can hold (sox, ffmpeg, arecord). Numbers of 64 bits beyond 2^53 are no
 * lengths either.
 */
function isPlaceholder(length: number): boolean {
  const isHalf = length >= 0x7fff_0000 && length <= 0x8000_0000;
  const isFull = length >= 0xffff_0000 && length <= 0x1_0000_0000;
  return length === 0 || isHalf || isFull || length >= 2 ** 53;
}

async function dataEnd(file: FileBytes, layout: Layout): Promise<Statement> {
  const range = { start: layout.start, end: file.size };
  const data = await findPiece(file, range, layout.data, layout.readHeader);
  if (!data) return undefined;
  const length = data.end - data.content;
  const isUnknown = length === 0 || (isPlaceholder(length) && data.end > file.size);
  return isUnknown ? undefined : { statedBytes: data.end, scope: "file" };
}

/** RF64 and BW64 state the length of 64 bits in a chunk in front. */
async function longDataEnd(file: FileBytes): Promise<Statement> {
  const range = { start: 12, end: file.size };
  const sizes = await findPiece(file, range, "ds64", readRiffChunk);
  const data = await findPiece(file, range, "data", readRiffChunk);
  const bytes = sizes && (await file.read(sizes.content + 8, 8));
  if (!data || bytes?.length !== 8) return undefined;
  const length = Number(bytes.readBigUInt64LE(0));
  return length === 0 ? undefined : { statedBytes: data.content + length, scope: "file" };
}

/** WAV, and its forms for more than 4 GiB. */
export async function readWav(file: FileBytes): Promise<Statement> {
  const form = (await file.read(0, 4)).toString("latin1");
  if (form !== "RIFF") return await longDataEnd(file);
  return await dataEnd(file, { start: 12, readHeader: readRiffChunk, data: "data" });
}

export function readW64(file: FileBytes): Promise<Statement> {
  const data = "64617461f3acd3118cd100c04f8edb8a";
  return dataEnd(file, { start: 40, readHeader: guidChunks(8), data });
}

export function readAiff(file: FileBytes): Promise<Statement> {
  return dataEnd(file, { start: 12, readHeader: readIffChunk, data: "SSND" });
}

function readCafChunk(bytes: Buffer): PieceHeader | undefined {
  if (bytes.length < 12) return undefined;
  const type = bytes.toString("latin1", 0, 4);
  const length = bytes.readBigInt64BE(4);
  // The last chunk of a recording that goes on has the length -1.
  return { type, headerBytes: 12, bytes: 12 + (length < 0n ? 0 : Number(length)) };
}

export function readCaf(file: FileBytes): Promise<Statement> {
  return dataEnd(file, { start: 8, readHeader: readCafChunk, data: "data" });
}

/** RealMedia: the length counts the header; a broadcast states 0 or the header alone. */
function readRealChunk(bytes: Buffer): PieceHeader | undefined {
  if (bytes.length < 10) return undefined;
  const type = bytes.toString("latin1", 0, 4);
  return { type, headerBytes: 10, bytes: Math.max(10, bytes.readUInt32BE(4)) };
}

export function readRealMedia(file: FileBytes): Promise<Statement> {
  return dataEnd(file, { start: 0, readHeader: readRealChunk, data: "DATA" });
}

/** AU: one header with the start and the length of the samples. */
export async function readAu(file: FileBytes): Promise<Statement> {
  const bytes = await file.read(4, 8);
  if (bytes.length < 8) return undefined;
  const length = bytes.readUInt32BE(4);
  return isPlaceholder(length)
    ? undefined
    : { statedBytes: bytes.readUInt32BE(0) + length, scope: "file" };
}
