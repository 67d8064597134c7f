import { readBoxHeader } from "./box-header.ts";
import type { FileBytes } from "./file-bytes.ts";
import { findPiece, pieces, type Piece } from "./pieces.ts";

/** Entries at the end of a table that are read: chunks stand in the order of the file, so the last ones reach farthest. */
const tailEntries = 8192;

async function inside(
  file: FileBytes,
  parent: Piece,
  path: readonly string[],
): Promise<Piece | undefined> {
  let found: Piece | undefined = parent;
  for (const type of path) {
    if (!found) return undefined;
    const range = { start: found.content, end: found.end };
    found = await findPiece(file, range, type, readBoxHeader);
  }
  return found;
}

interface Table {
  /** Entries in all, as far as the box has room for them. */
  readonly count: number;
  /** The last of them. */
  readonly tail: readonly number[];
}

interface TableShape {
  /** Where the number of entries stands in the box; they follow it. */
  readonly countAt: number;
  readonly entryBytes: number;
  /** Of the value in an entry. */
  readonly valueAt: number;
  readonly valueBytes: 4 | 8;
}

/** The last entries of a table that consists of a number of entries and the entries. */
async function readTable(file: FileBytes, box: Piece, shape: TableShape): Promise<Table> {
  const { countAt, entryBytes, valueAt, valueBytes } = shape;
  const start = box.content + countAt + 4;
  const head = await file.read(start - 4, 4);
  const room = Math.floor((Math.min(box.end, file.size) - start) / entryBytes);
  const count = Math.max(0, Math.min(head.length === 4 ? head.readUInt32BE(0) : 0, room));
  const length = Math.min(count, tailEntries);
  const bytes = await file.read(start + (count - length) * entryBytes, length * entryBytes);
  const tail = Array.from({ length }, (_, index) => {
    const at = index * entryBytes + valueAt;
    return valueBytes === 8 ? Number(bytes.readBigUInt64BE(at)) : bytes.readUInt32BE(at);
  });
  return { count, tail };
}

const offsets32 = { countAt: 4, entryBytes: 4, valueAt: 0, valueBytes: 4 } as const;
const offsets64 = { countAt: 4, entryBytes: 8, valueAt: 0, valueBytes: 8 } as const;
const firstChunks = { countAt: 4, entryBytes: 12, valueAt: 0, valueBytes: 4 } as const;
const samplesPerChunk = { countAt: 4, entryBytes: 12, valueAt: 4, valueBytes: 4 } as const;
const sampleSizes = { countAt: 8, entryBytes: 4, valueAt: 0, valueBytes: 4 } as const;

interface Counts {
  readonly chunks: number;
  readonly samples: number;
}

/**
 * Samples in the last chunk. Some writers state as many for it as for the others although fewer are
 * left, so what the chunks before it have is counted.
 */
async function lastChunkSamples(file: FileBytes, stsc: Piece, counts: Counts): Promise<number> {
  const firsts = (await readTable(file, stsc, firstChunks)).tail;
  const { tail: numbers, count } = await readTable(file, stsc, samplesPerChunk);
  const stated = numbers.at(-1) ?? 0;
  if (count > numbers.length) return stated;
  const before = numbers.reduce((sum, number, index) => {
    const next = firsts[index + 1] ?? counts.chunks;
    return sum + number * Math.max(0, next - (firsts[index] ?? next));
  }, 0);
  return Math.min(stated, Math.max(0, counts.samples - before));
}

/** Bytes of the last chunk; at least one, which is all that is known of some. */
async function lastChunkBytes(file: FileBytes, stbl: Piece, chunks: number): Promise<number> {
  const stsc = await inside(file, stbl, ["stsc"]);
  const stsz = await inside(file, stbl, ["stsz"]);
  const head = stsz && (await file.read(stsz.content, 12));
  if (!stsc || !stsz || head?.length !== 12) return 1;
  const size = head.readUInt32BE(4);
  // QuickTime counts frames of old kinds of sound as samples of one byte, whatever they are.
  if (size === 1) return 1;
  const samples = await lastChunkSamples(file, stsc, { chunks, samples: head.readUInt32BE(8) });
  if (size > 0) return Math.max(1, samples * size);
  const { tail } = await readTable(file, stsz, sampleSizes);
  const sizes = samples === 0 ? [] : tail.slice(-samples);
  return Math.max(
    1,
    sizes.reduce((sum, one) => sum + one, 0),
  );
}

/** Whether the samples of a track are in this file; QuickTime can keep them in another. */
async function isSelfContained(file: FileBytes, minf: Piece): Promise<boolean> {
  const dref = await inside(file, minf, ["dinf", "dref"]);
  if (!dref) return true;
  const flags = await file.read(dref.content + 8 + 11, 1);
  return ((flags[0] ?? 1) & 1) === 1;
}

/** Where the last chunk of a track of sound or pictures ends. */
async function trackEnd(file: FileBytes, trak: Piece): Promise<number | undefined> {
  const hdlr = await inside(file, trak, ["mdia", "hdlr"]);
  const minf = await inside(file, trak, ["mdia", "minf"]);
  const stbl = minf && (await inside(file, minf, ["stbl"]));
  if (!hdlr || !stbl || !(await isSelfContained(file, minf))) return undefined;
  const kind = (await file.read(hdlr.content + 8, 4)).toString("latin1");
  if (kind !== "vide" && kind !== "soun") return undefined;
  const stco = await inside(file, stbl, ["stco"]);
  const co64 = await inside(file, stbl, ["co64"]);
  const table = stco ?? co64;
  if (!table) return undefined;
  const { tail, count } = await readTable(file, table, stco ? offsets32 : offsets64);
  const last = tail.at(-1);
  if (last === undefined) return undefined;
  const farthest = tail.reduce((far, offset) => Math.max(far, offset), 0);
  // Only the last chunk's samples are at the end of the table of their sizes.
  return farthest === last ? last + (await lastChunkBytes(file, stbl, count)) : farthest + 1;
}

/** Where the last sample of sound or pictures ends by the index, if that has samples. */
export async function samplesEnd(file: FileBytes, moov: Piece): Promise<number | undefined> {
  const ends: number[] = [];
  for await (const box of pieces(file, { start: moov.content, end: moov.end }, readBoxHeader)) {
    const end = box.type === "trak" ? await trackEnd(file, box) : undefined;
    if (end !== undefined) ends.push(end);
  }
  return ends.length === 0 ? undefined : ends.reduce((far, end) => Math.max(far, end));
}
