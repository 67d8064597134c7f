import { open, readdir, type FileHandle } from "node:fs/promises";
import { join } from "node:path";

type Range = readonly [first: number, last: number];

/** Characters that some font has a picture of. */
export interface Coverage {
  readonly has: (character: string) => boolean;
}

async function bytesAt(file: FileHandle, start: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, start);
  return buffer.subarray(0, bytesRead);
}

/** Format 12: ranges of whole Unicode. */
function segmentedRanges(table: Buffer): Range[] {
  const count = Math.min(table.readUInt32BE(12), Math.floor((table.length - 16) / 12));
  return Array.from({ length: count }, (_, index) => {
    const at = 16 + index * 12;
    return [table.readUInt32BE(at), table.readUInt32BE(at + 4)] as const;
  });
}

/** Format 4: ranges of the first 65 536 characters, ends before starts; the last one, 0xffff, is none. */
function basicRanges(table: Buffer): Range[] {
  const count = table.readUInt16BE(6) / 2;
  return Array.from({ length: Math.max(0, count - 1) }, (_, index) => {
    const last = table.readUInt16BE(14 + index * 2);
    return [table.readUInt16BE(16 + count * 2 + index * 2), last] as const;
  });
}

/** Windows' tables of whole Unicode (10) come before those of its first part (1); Unicode's own serve as well. */
function rangesOf(cmap: Buffer): Range[] {
  const count = cmap.readUInt16BE(2);
  const tables = Array.from({ length: count }, (_, index) =>
    cmap.subarray(cmap.readUInt32BE(4 + index * 8 + 4)),
  );
  const segmented = tables.find((table) => table.readUInt16BE(0) === 12);
  if (segmented) return segmentedRanges(segmented);
  const basic = tables.find((table) => table.readUInt16BE(0) === 4);
  return basic ? basicRanges(basic) : [];
}

/** The first font of a collection stands for all: they differ in looks. */
async function directoryOf(file: FileHandle): Promise<number> {
  const head = await bytesAt(file, 0, 16);
  return head.toString("latin1", 0, 4) === "ttcf" ? head.readUInt32BE(12) : 0;
}

/** What the table `cmap` of an OpenType font maps (OpenType 1.9, cmap). */
async function rangesIn(path: string): Promise<Range[]> {
  const file = await open(path, "r");
  try {
    const start = await directoryOf(file);
    const count = (await bytesAt(file, start, 12)).readUInt16BE(4);
    const directory = await bytesAt(file, start + 12, count * 16);
    for (let at = 0; at + 16 <= directory.length; at += 16) {
      if (directory.toString("latin1", at, at + 4) !== "cmap") continue;
      const [offset, length] = [directory.readUInt32BE(at + 8), directory.readUInt32BE(at + 12)];
      return rangesOf(await bytesAt(file, offset, length));
    }
    return [];
  } finally {
    await file.close();
  }
}

/** Spaces, marks of direction and the like have no picture and need none. */
const invisible = /[\p{Z}\p{Cc}\p{Cf}\p{Mn}]/u;

/** What the fonts in a folder and below can draw together: where one lacks a letter, another is taken. */
export async function readCoverage(folder: string): Promise<Coverage> {
  const names = await readdir(folder, { recursive: true });
  const fonts = names.filter((name) => /\.(ttf|otf|ttc|otc)$/i.test(name));
  const found = await Promise.all(fonts.map((name) => rangesIn(join(folder, name))));
  const ranges = found.flat();
  const known = new Map<number, boolean>();
  return {
    has: (character) => {
      const code = character.codePointAt(0) ?? 0;
      const seen = known.get(code);
      if (seen !== undefined) return seen;
      const has =
        invisible.test(character) || ranges.some(([first, last]) => first <= code && code <= last);
      known.set(code, has);
      return has;
    },
  };
}

/** The characters of a text that nothing can draw, each once, in the order in which they appear. */
export function missingGlyphs(text: string, { has }: Coverage): string[] {
  return [...new Set(text)].filter((character) => !has(character));
}
