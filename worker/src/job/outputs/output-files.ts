import { mkdir, open, readdir, stat, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { localPlaylist } from "@framewright/media/outputs/packaging.ts";
import { JobFailure } from "../../failure.ts";
import { initUri, playlistPath, type Track } from "../../media/tracks.ts";
import { progressOf, type Attempt } from "../attempt.ts";
import type { Uploader } from "../uploader.ts";
import type { Files, Made, Texts } from "../verify-result.ts";

/** A result whose segments are verified, and the outputs that are to be made of them. */
export interface OutputArgs {
  readonly attempt: Attempt;
  readonly made: Made;
  readonly texts: Texts;
  readonly files: Files;
  readonly uploader: Pick<Uploader, "add" | "failed">;
}

/** A track of the result. Throws if it has none of that name. */
export function trackOf({ made }: Pick<OutputArgs, "made">, name: string): Track {
  const track = made.encoded.tracks.find((one) => one.name === name);
  if (track) return track;
  throw new Error(`there is no track ${name}`);
}

/** The worker's own disk makes megabytes in a second; a process that has said nothing for so long is stuck. */
const stallMs = 60_000;
const checkMs = 60_000;

/** Runs a command that makes files out of the encoded segments. */
export async function packageFiles(args: OutputArgs, argv: readonly string[]): Promise<void> {
  const { attempt, files, uploader } = args;
  const { outputDir, tools } = files;
  await tools.encode(argv, {
    reads: [outputDir],
    writes: [outputDir],
    signal: AbortSignal.any([attempt.keeper.signal, uploader.failed]),
    stallMs,
    onProgress: () => {
      attempt.keeper.report(progressOf("packaging", 0.5));
    },
  });
}

/** Reads a file that was made; the time grows with the length of the film. */
export function readBack(
  { files, made }: OutputArgs,
  tool: "ffmpeg" | "ffprobe",
  argv: readonly string[],
): Promise<string> {
  const { tools, outputDir, signal } = files;
  const timeoutMs = checkMs + made.source.durationSeconds * 100;
  return tools.run(tool, argv, { reads: [outputDir], signal, timeoutMs });
}

/** Playlists with the names that the segments have on scratch, where initialisation segments bear numbers. */
export async function writeLocalPlaylists({ made, texts, files }: OutputArgs): Promise<void> {
  const { inits, tracks } = made.encoded;
  await Promise.all(
    tracks.map(async ({ name }) => {
      const text = texts.playlists.get(playlistPath(name)) ?? "";
      const own = text.replace(`"${initUri}"`, `"${basename(inits.get(name) ?? initUri)}"`);
      await writeFile(localPlaylist(files.outputDir, name), own);
    }),
  );
}

export async function makeFolder({ files }: OutputArgs, name: string): Promise<string> {
  const folder = join(files.outputDir, name);
  await mkdir(folder);
  return folder;
}

/** Names in a folder, in order. */
export async function namesIn(folder: string): Promise<string[]> {
  return (await readdir(folder)).toSorted();
}

export async function headOf(path: string, length: number): Promise<Buffer> {
  const file = await open(path, "r");
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Hands the files over to be stored, and gives their bytes together. */
export async function store(
  { files, uploader }: OutputArgs,
  paths: readonly string[],
): Promise<number> {
  let bytes = 0;
  for (const path of paths) {
    const localPath = join(files.outputDir, path);
    bytes += (await stat(localPath)).size;
    await uploader.add({ path, localPath });
  }
  return bytes;
}

export function requireNone(problems: readonly string[]): void {
  const [note] = problems;
  if (note === undefined) return;
  throw new JobFailure("verification-failed", { note, detail: problems.join("\n") });
}
