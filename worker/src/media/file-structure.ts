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
  | {
      readonly state: "truncated";
      readonly statedBytes: number;
      readonly presentBytes: number;
      /**
       * Fragmented MP4, FLV and live Matroska state the length of each part alone. How much is
       * missing is not known then: it can be the rest of the part that was written when the recorder
       * was killed, or half of an upload.
       */
      readonly scope: "file" | "last-part";
    }
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
 * Missing bytes that are overlooked where the length of the whole file is stated: some writers count
 * a header of 8, 16 or 44 bytes as content, or forget the byte that fills up an odd chunk. A transfer
 * that stops anywhere stops so near to the end as good as never, and then the last frame is all that
 * suffers. Of a part alone, a rest of that size is usual.
 */
const toleranceBytes = { file: 64, "last-part": 0 } as const;

/** Compares what a container states with what is there. Bytes behind the stated end do not matter. */
function compareStructure(statement: Statement, presentBytes: number): FileStructure {
  if (!statement) return { state: "unstated" };
  if ("missing" in statement) return { state: "unfinished", missing: statement.missing };
  const { statedBytes, scope } = statement;
  if (statedBytes <= presentBytes + toleranceBytes[scope]) return { state: "whole" };
  return { state: "truncated", statedBytes, presentBytes, scope };
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
  const { statedBytes, presentBytes, scope } = structure;
  const what = scope === "file" ? "It states" : "Its last part ends at";
  return `${what} ${statedBytes} bytes, and the file has ${presentBytes}.`;
}
