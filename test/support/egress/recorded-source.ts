import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import {
  planTracks,
  playlistName,
  recordingArguments,
} from "../../../egress/src/media/arguments.ts";
import type { OpenedSource } from "../../../egress/src/sources/opened-source.ts";
import { ffmpegPath } from "../clips.ts";

export interface RecordArgs {
  readonly folder: string;
  /** As ffmpeg names it. */
  readonly video: "h264" | "vp8";
}

function exitCode(command: readonly string[]): Promise<number | null> {
  return new Promise((resolve, reject) => {
    spawn(ffmpegPath, command, { stdio: "ignore" }).once("error", reject).once("close", resolve);
  });
}

/** One run of ffmpeg as a recorder starts it. Returns its playlist; undefined where it failed. */
async function recordOnce(
  { inputArguments }: OpenedSource,
  { folder, video }: RecordArgs,
): Promise<string | undefined> {
  mkdirSync(folder, { recursive: true });
  const height = undefined;
  const plan = planTracks({ video, audio: "opus" }, { height, aac: "described" });
  const code = await exitCode(recordingArguments({ inputArguments, plan, height, folder }));
  return code === 0 ? join(folder, playlistName) : undefined;
}

/** Records a source until it ends, by the commands of the recorder, a part each. Returns the playlists of the parts. */
export async function recordParts(
  source: OpenedSource,
  { folder: parent, video }: RecordArgs,
): Promise<string[]> {
  const playlists: string[] = [];
  const over = source.ended.then(() => true);
  while (!(await Promise.race([over, Promise.resolve(false)]))) {
    const folder = join(parent, `p${playlists.length}`);
    const playlist = await recordOnce(source, { folder, video });
    if (playlist !== undefined) playlists.push(playlist);
  }
  return playlists;
}
