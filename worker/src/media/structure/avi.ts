import { readRiffChunk } from "./chunk-header.ts";
import type { FileBytes, Statement } from "./file-bytes.ts";
import { findPiece, pieces, type Piece } from "./pieces.ts";

/** What recorders write before they know the length, and leave when they crash. */
const unknownLengths = new Set([0, 0xffff_ffff]);

async function formOf(file: FileBytes, chunk: Piece): Promise<string> {
  return (await file.read(chunk.content, 4)).toString("latin1");
}

async function lengthOf(file: FileBytes, chunk: Piece): Promise<number> {
  const bytes = await file.read(chunk.at + 4, 4);
  return bytes.length === 4 ? bytes.readUInt32LE(0) : 0;
}

/** The list of the given kind inside a part, which may state no end of its own. */
async function findList(file: FileBytes, part: Piece, form: string): Promise<Piece | undefined> {
  const range = { start: part.content + 4, end: file.size };
  for await (const chunk of pieces(file, range, readRiffChunk)) {
    if (chunk.type === "LIST" && (await formOf(file, chunk)) === form) return chunk;
    if (chunk.type === "RIFF") return undefined;
  }
  return undefined;
}

/** The end of what an index of indexes (OpenDML) points to: it names each part of a large file. */
async function superIndexEnd(file: FileBytes, index: Piece): Promise<number> {
  const head = await file.read(index.content, 24);
  if (head.length < 24 || head[3] !== 0) return 0;
  const room = Math.floor((index.end - index.content - 24) / 16);
  const count = Math.max(0, Math.min(head.readUInt32LE(4), room, 4096));
  const entries = await file.read(index.content + 24, count * 16);
  let end = 0;
  for (let at = 0; at + 16 <= entries.length; at += 16) {
    end = Math.max(end, Number(entries.readBigUInt64LE(at)) + entries.readUInt32LE(at + 8));
  }
  return end;
}

async function indexedEnd(file: FileBytes, riff: Piece): Promise<number> {
  const header = await findList(file, riff, "hdrl");
  if (!header) return 0;
  let end = 0;
  const streams = { start: header.content + 4, end: header.end };
  for await (const stream of pieces(file, streams, readRiffChunk)) {
    const range = { start: stream.content + 4, end: stream.end };
    const index = await findPiece(file, range, "indx", readRiffChunk);
    if (index) end = Math.max(end, await superIndexEnd(file, index));
  }
  return end;
}

/**
 * AVI. What counts is the list of pictures and sound (`movi`) of each part: an index that is cut off
 * behind the last of them is made again.
 */
export async function readAvi(file: FileBytes): Promise<Statement> {
  let statedBytes = 0;
  for await (const riff of pieces(file, { start: 0, end: file.size }, readRiffChunk)) {
    if (riff.type !== "RIFF") break;
    const movi = await findList(file, riff, "movi");
    const last = movi ?? riff;
    if (unknownLengths.has(await lengthOf(file, last))) return undefined;
    if (riff.at === 0) statedBytes = await indexedEnd(file, riff);
    statedBytes = Math.max(statedBytes, last.end);
  }
  return statedBytes === 0 ? undefined : { statedBytes, scope: "file" };
}
