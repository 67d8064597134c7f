import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { mediaProgram } from "../../support/media-program.ts";

const exec = promisify(execFile);

/** A folder of its own for each file that is made. */
export interface Bench {
  readonly folder: string;
  /** A path that nothing has yet. */
  readonly next: (extension: string) => string;
}

/** Makes a file and returns its path. */
export type Make = (bench: Bench) => Promise<string>;

export function newBench(folder: string): Bench {
  let count = 0;
  return {
    folder,
    next: (extension) => {
      count += 1;
      return join(folder, `${count}.${extension}`);
    },
  };
}

async function ffmpeg(args: readonly string[]): Promise<void> {
  // Sources are made beside what a developer does: they may take their time.
  const command = [await mediaProgram("ffmpeg"), "-nostdin", "-v", "error", "-y"];
  await exec("nice", ["-n", "10", ...command, ...args]);
}

/** A blank behind a backslash is part of a word. */
function words(text: string): string[] {
  return text
    .split(/(?<!\\) /)
    .filter((word) => word !== "")
    .map((word) => word.replaceAll("\\ ", " "));
}

/** A file that ffmpeg writes with these arguments. */
export function encoded(extension: string, args: string): Make {
  return async (bench) => {
    const target = bench.next(extension);
    await ffmpeg([...words(args), target]);
    return target;
  };
}

/** The same streams again, with options of the input in front. */
export function copied(make: Make, extension: string, options: Partial<CopyOptions> = {}): Make {
  return async (bench) => {
    const source = await make(bench);
    const target = bench.next(extension);
    const { input = "", output = "" } = options;
    await ffmpeg([...words(input), "-i", source, "-c", "copy", ...words(output), target]);
    return target;
  };
}

interface CopyOptions {
  readonly input: string;
  readonly output: string;
}

/** The streams of several files in one. */
export function muxed(makes: readonly Make[], extension: string, output: string): Make {
  return async (bench) => {
    const inputs: string[] = [];
    for (const make of makes) inputs.push("-i", await make(bench));
    const target = bench.next(extension);
    await ffmpeg([...inputs, ...words(output), target]);
    return target;
  };
}

/** The bytes of several files, one behind the other or as `join` says. */
export function bytesOf(
  makes: readonly Make[],
  extension: string,
  join_: (parts: Buffer[]) => Buffer = (parts) => Buffer.concat(parts),
): Make {
  return async (bench) => {
    const parts: Buffer[] = [];
    for (const make of makes) parts.push(readFileSync(await make(bench)));
    const target = bench.next(extension);
    writeFileSync(target, join_(parts));
    return target;
  };
}

/** A file of which some bytes are others. */
export function patched(make: Make, extension: string, change: (bytes: Buffer) => Buffer): Make {
  return bytesOf([make], extension, ([bytes = Buffer.alloc(0)]) => change(bytes));
}

/** A file with just this content. */
export function content(extension: string, bytes: Buffer | string): Make {
  return bytesOf([], extension, () => Buffer.from(bytes));
}

/** The first part of a file. */
export function cut(make: Make, extension: string, share: number): Make {
  return patched(make, extension, (bytes) => bytes.subarray(0, Math.floor(bytes.length * share)));
}
