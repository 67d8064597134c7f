import { spawn } from "node:child_process";
import { join } from "node:path";
import type { OpenedSource } from "../../../egress/src/sources/opened-source.ts";
import { ffmpegPath } from "../clips.ts";

/** Encodes pictures, where they aren't H.264, with the times that they have. */
const encoded = ["-c:v", "libx264", "-preset", "ultrafast", "-enc_time_base", "demux"];

export interface RecordArgs {
  readonly folder: string;
  readonly video: "copy" | "encode";
}

function exitCode(command: readonly string[]): Promise<number | null> {
  return new Promise((resolve, reject) => {
    spawn(ffmpegPath, command, { stdio: "ignore" }).once("error", reject).once("close", resolve);
  });
}

/** Records a source until it ends, with one ffmpeg for each part. Returns the files of the parts. */
export async function recordParts(
  source: OpenedSource,
  { folder, video }: RecordArgs,
): Promise<string[]> {
  const files: string[] = [];
  const over = source.ended.then(() => true);
  while (!(await Promise.race([over, Promise.resolve(false)]))) {
    const file = join(folder, `part-${files.length}.mp4`);
    const code = await exitCode([
      ...["-v", "error", "-y", ...source.inputArguments, "-map", "0"],
      ...(video === "copy" ? ["-c:v", "copy"] : encoded),
      ...["-c:a", "aac", "-af", "aresample=async=1000", file],
    ]);
    if (code === 0) files.push(file);
  }
  return files;
}
