import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import type { Job } from "@framewright/contracts/client-api.ts";
import { Type } from "typebox";
import { exec } from "../exec.ts";
import { parseAs } from "../parse.ts";

/** The result is not what the job says it is. */
class NotVerified extends Error {}

export interface MediaTools {
  readonly ffmpeg: string;
  readonly ffprobe: string;
}

/** What the worker draws text with as well. */
export interface WorkerTools extends MediaTools {
  readonly fonts: string;
}

function must(condition: boolean, otherwise: string): void {
  if (!condition) throw new NotVerified(otherwise);
}

async function download(base: string, path: string, folder: string): Promise<string> {
  const response = await fetch(new URL(path, base));
  must(response.ok, `${path} answered ${response.status}`);
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  const bytes = new Uint8Array(await response.arrayBuffer());
  must(bytes.length > 0, `${path} is empty`);
  writeFileSync(file, bytes);
  return new TextDecoder().decode(bytes);
}

/** The files that a playlist names, relative to the playlist's own folder. */
export function urisOf(playlist: string): string[] {
  const lines = playlist.split(/\r?\n/);
  const attributes = lines.flatMap((line) =>
    [...line.matchAll(/URI="([^"]+)"/g)].map(([, uri]) => uri ?? ""),
  );
  const plain = lines.filter((line) => line !== "" && !line.startsWith("#"));
  return [...new Set([...attributes, ...plain])];
}

/** Downloads what a player would: the multivariant playlist and everything it leads to. */
async function downloadAll(masterUrl: string, folder: string): Promise<string[]> {
  const base = new URL(".", masterUrl).href;
  const master = posix.basename(new URL(masterUrl).pathname);
  const playlists = urisOf(await download(base, master, folder));
  must(playlists.length > 0, "The multivariant playlist names no playlist");
  for (const playlist of playlists) {
    const text = await download(base, playlist, folder);
    must(text.includes("#EXT-X-ENDLIST"), `${playlist} does not end`);
    const files = urisOf(text).map((uri) => posix.join(posix.dirname(playlist), uri));
    for (const file of files) await download(base, file, folder);
  }
  return playlists;
}

const Probe = Type.Object({
  streams: Type.Array(
    Type.Object({ width: Type.Optional(Type.Integer()), height: Type.Optional(Type.Integer()) }),
  ),
  packets: Type.Array(Type.Object({ pts_time: Type.String(), flags: Type.String() })),
});

/** The size of a picture; a rendition of sound alone has none. */
export function sizeOf({ width, height }: { width?: number; height?: number } = {}): string {
  return width === undefined || height === undefined ? "sound alone" : `${width}x${height}`;
}

/** Sizes and key frame times of a rendition, read from the downloaded segments. */
async function probeRendition(
  tools: MediaTools,
  file: string,
  kind: "v" | "a",
): Promise<{ size: string; keyframes: readonly number[]; end: number }> {
  const entries = ["-show_entries", "stream=width,height:packet=pts_time,flags"];
  const input = ["-select_streams", `${kind}:0`, "-allowed_extensions", "ALL", file];
  const args = ["-v", "error", "-of", "json", ...entries, ...input];
  const found: unknown = JSON.parse(await exec(tools.ffprobe, args));
  const { streams, packets } = parseAs(Probe, found, `ffprobe's report on ${file}`);
  return {
    size: sizeOf(streams[0]),
    keyframes: packets
      .filter(({ flags }) => flags.startsWith("K"))
      .map(({ pts_time }) => Number(pts_time)),
    end: Math.max(...packets.map(({ pts_time }) => Number(pts_time))),
  };
}

/**
 * ffprobe counts the times of a playlist from the first picture that can be decoded, which B-frames move by a picture or two,
 * and by others in each rendition.
 */
const toleranceSeconds = 0.1;

function areEqualTimes(some: readonly number[], others: readonly number[]): boolean {
  return (
    some.length === others.length &&
    some.every((time, index) => Math.abs(time - (others[index] ?? 0)) < toleranceSeconds)
  );
}

/**
 * Checks a finished job from outside, by what a player gets: every file is there, each rendition has
 * the promised size and length, key frames stand at the same times in all of them, and every frame of
 * the smallest one decodes. Returns what was checked, as sentences.
 */
export async function verifyJob(job: Job, folder: string, tools: MediaTools): Promise<string[]> {
  const { playbackUrl, renditions = [], durationSeconds = 0 } = job;
  if (playbackUrl === undefined) throw new NotVerified(`Job ${job.id} has no playback URL`);
  must(renditions.length > 0, `Job ${job.id} has no renditions`);
  const playlists = await downloadAll(playbackUrl, folder);
  const master = posix.basename(new URL(playbackUrl).pathname);
  const probes = [];
  for (const rendition of renditions) {
    const { name, playlist, width } = rendition;
    const size = sizeOf(rendition);
    must(playlists.includes(playlist), `${master} does not lead to ${playlist}`);
    const kind = width === undefined ? "a" : "v";
    const probe = await probeRendition(tools, join(folder, playlist), kind);
    must(probe.size === size, `${name} is ${probe.size}, not ${size}`);
    must(
      Math.abs(probe.end - durationSeconds) < 0.5,
      `${name} ends at ${probe.end} s, the video at ${durationSeconds} s`,
    );
    probes.push(probe);
  }
  const [first = [], ...others] = probes.map(({ keyframes }) => keyframes);
  must(
    others.every((times) => areEqualTimes(times, first)),
    "Key frames stand at different times",
  );
  const smallest = renditions.reduce((a, b) => (a.bytes <= b.bytes ? a : b));
  const decode = ["-v", "error", "-xerror", "-allowed_extensions", "ALL"];
  await exec(tools.ffmpeg, [...decode, "-i", join(folder, smallest.playlist), "-f", "null", "-"]);
  return [
    `${playlists.length} playlists and all their segments were fetched through the playback URL`,
    `${renditions.length} renditions have the promised size and length`,
    `${probes[0]?.keyframes.length ?? 0} key frames stand at the same times in every rendition`,
    `every frame of ${smallest.name} decodes`,
  ];
}
