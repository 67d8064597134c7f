import { createReadStream, createWriteStream } from "node:fs";
import { rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { pipeline } from "node:stream/promises";
import type { Lease } from "@framewright/contracts/worker-api.ts";
import { inputArgs, inputUrl } from "@framewright/media/input.ts";
import { JobFailure } from "../failure.ts";
import type { MediaTools } from "../media/ffmpeg.ts";
import { downloadSource } from "./download.ts";

export type Tracks = Extract<Lease["source"], { tracks: unknown }>["tracks"];
type Track = Tracks[number];

export interface JoinArgs {
  readonly tools: MediaTools;
  readonly maxBytes: number;
  readonly signal: AbortSignal;
  /** Of the file that is made. */
  readonly path: string;
}

/** Copying takes as long as the disk does, in milliseconds. */
const stallMs = 120_000;

/** Bytes of all files together. */
export function sizeOfTracks(tracks: Tracks): number {
  return tracks.flatMap(({ files }) => files).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}

/** Initialisation segment and segments, one after the other, are a fragmented MP4 file. */
async function downloadTrack({ files }: Track, target: string, args: JoinArgs): Promise<void> {
  const { maxBytes, signal } = args;
  const piece = `${target}.piece`;
  for (const file of files) {
    await downloadSource({ ...file, maxBytes, path: piece, signal });
    await pipeline(createReadStream(piece), createWriteStream(target, { flags: "a" }), { signal });
  }
  await rm(piece);
}

/** Of one file with pictures and one with sound, without encoding anything. */
export function joinArgs(pictures: string, sound: string, target: string): string[] {
  return [
    ...["-nostdin", "-hide_banner", "-loglevel", "warning", "-progress", "pipe:1", "-nostats"],
    ...inputArgs("mov", pictures),
    ...inputArgs("mov", sound),
    ...["-map", "0:v:0", "-map", "1:a:0", "-c", "copy", "-f", "mp4", "-y", inputUrl(target)],
  ];
}

/** Makes one file of the tracks of an earlier result. Gives its size in bytes. */
export async function joinTracks(tracks: Tracks, args: JoinArgs): Promise<number> {
  const { path, tools, signal, maxBytes } = args;
  const total = sizeOfTracks(tracks);
  if (total > maxBytes) {
    const note = `It has ${total} bytes; the limit is ${maxBytes}.`;
    throw new JobFailure("source-too-large", { note });
  }
  const paths = tracks.map((_track, index) => `${path}-track-${index}`);
  for (const [index, track] of tracks.entries()) {
    await downloadTrack(track, paths[index] ?? "", args);
  }
  const [pictures = "", sound] = paths;
  if (sound === undefined) {
    await rename(pictures, path);
  } else {
    const access = { reads: paths, writes: [dirname(path)] };
    const onProgress = () => undefined;
    await tools.encode(joinArgs(pictures, sound, path), { ...access, signal, stallMs, onProgress });
    await Promise.all(paths.map((track) => rm(track)));
  }
  return (await stat(path)).size;
}
