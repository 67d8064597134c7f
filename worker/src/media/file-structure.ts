import { readAsf } from "./structure/asf.ts";
import { readAvi } from "./structure/avi.ts";
import {
  TooManyReads,
  withFileBytes,
  type FileBytes,
  type Statement,
} from "./structure/file-bytes.ts";
import { readFlv } from "./structure/flv.ts";
import { readMatroska } from "./structure/matroska.ts";
import { readMov } from "./structure/mov.ts";
import { readMxf } from "./structure/mxf.ts";
import { readAiff, readAu, readCaf, readRealMedia, readW64, readWav } from "./structure/sound.ts";

/** Whether a file is as long as its container states. */
export type FileStructure =
  | { readonly state: "whole" }
  /** The container has no place for a length, or the recorder did not fill it in. */
  | { readonly state: "unstated" }
  | { readonly state: "truncated"; readonly statedBytes: number; readonly presentBytes: number }
  /** What the file cannot be read without was never written. Where ffprobe cannot open the file, that is why. */
  | { readonly state: "unfinished"; readonly missing: string };

/**
 * By ffmpeg's demuxer. Transport and program streams and raw streams state no length. Ogg states
 * none either: its last page has a mark, but recorders and cutters leave that out, and its absence
 * says nothing of how much is missing. GXF, NUT, WTV and IVF count frames at best, which tools that
 * cut a file do not correct.
 */
const readers: Readonly<Record<string, (file: FileBytes) => Promise<Statement>>> = {
  mov: readMov,
  matroska: readMatroska,
  avi: readAvi,
  asf: readAsf,
  flv: readFlv,
  mxf: readMxf,
  wav: readWav,
  w64: readW64,
  aiff: readAiff,
  au: readAu,
  caf: readCaf,
  rm: readRealMedia,
};

/**
 * Missing bytes that are overlooked: writers forget the byte that fills up an odd chunk, or count a
 * header of 8 or 16 bytes twice. A transfer that stops somewhere stops within the last 16 bytes as
 * good as never, and then the last frame is all that suffers.
 */
const toleranceBytes = 16;

/** Compares what a container states with what is there. Bytes behind the stated end do not matter. */
function compareStructure(statement: Statement, presentBytes: number): FileStructure {
  if (!statement) return { state: "unstated" };
  if ("missing" in statement) return { state: "unfinished", missing: statement.missing };
  const { statedBytes } = statement;
  const isCut = statedBytes > presentBytes + toleranceBytes;
  return isCut ? { state: "truncated", statedBytes, presentBytes } : { state: "whole" };
}

/**
 * Reads from the structure of a container whether the file is cut: some headers are read where they
 * stand, never the whole file. Lengths in seconds, counts of frames and tags are not believed.
 */
export function readStructure(path: string, demuxer: string): Promise<FileStructure> {
  const read = readers[demuxer];
  if (!read) return Promise.resolve({ state: "unstated" });
  return withFileBytes(path, async (file) => {
    const statement = await read(file).catch((error: unknown) => {
      if (error instanceof TooManyReads) return undefined;
      throw error;
    });
    return compareStructure(statement, file.size);
  });
}

/** Says in a sentence what is missing, where something is. */
export function structureNote(structure: FileStructure): string | undefined {
  if (structure.state === "unfinished") return `The file lacks ${structure.missing}.`;
  if (structure.state !== "truncated") return undefined;
  const { statedBytes, presentBytes } = structure;
  return `It states ${statedBytes} bytes and has ${presentBytes}.`;
}
