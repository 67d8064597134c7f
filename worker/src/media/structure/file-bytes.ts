import { open } from "node:fs/promises";

/** Parts of a file, read where they stand. */
export interface FileBytes {
  readonly size: number;
  /** As many of the bytes as there are; none beyond the end. */
  readonly read: (at: number, length: number) => Promise<Buffer>;
}

/** What a container states of its own extent; nothing where it states none. */
export type Statement =
  /** The file goes at least so far, or only the part that was begun last does. */
  | { readonly statedBytes: number; readonly scope: "file" | "last-part" }
  /** What the file cannot be read without, and does not have. */
  | { readonly missing: string }
  | undefined;

/**
 * Ten hours in fragments of a second have 72 000 boxes and are read in a few seconds; a hostile file
 * of empty pieces, or of pieces that lead to the same ones again and again, has millions.
 */
const mostReads = 300_000;

/** The file has more parts than are worth looking at. */
export class TooManyReads extends Error {}

/** Headers stand close to each other in small files and far apart in large ones. */
const windowBytes = 4096;

/** Opens a file for the time of the work; neighbouring parts come from one reading. */
export async function withFileBytes<T>(
  path: string,
  work: (file: FileBytes) => Promise<T>,
): Promise<T> {
  const file = await open(path, "r");
  try {
    const { size } = await file.stat();
    let start = 0;
    let window: Buffer = Buffer.alloc(0);
    let reads = 0;
    const read = async (at: number, length: number): Promise<Buffer> => {
      reads += 1;
      if (reads > mostReads) throw new TooManyReads();
      const end = Math.min(at + length, size);
      if (!(at >= 0 && at < end)) return Buffer.alloc(0);
      if (at < start || end > start + window.length) {
        const wanted = Buffer.alloc(Math.max(end - at, windowBytes));
        const { bytesRead } = await file.read(wanted, 0, wanted.length, at);
        start = at;
        window = wanted.subarray(0, bytesRead);
      }
      return window.subarray(at - start, end - start);
    };
    return await work({ size, read });
  } finally {
    await file.close();
  }
}
